/**
 * Sends what the teacher clicks to the room, with the stage of the lesson that the teacher has seen.
 *
 * A click that met a later stage is refused by the room. Where it was a double click, nothing need be said; else the
 * class has moved on by itself or from another window, and the teacher has to look first.
 */
import { atStage, type UnstagedCommand } from "../../classroom/screenSections.ts";
import type { RoomLink } from "../shared/roomLink.svelte.ts";
import { SeenStage } from "../shared/seenStage.ts";
import { Clicks } from "./clicks.ts";

export class CommandSender {
  /** Why the last command was refused; null where it was done. */
  refused = $state<string | null>(null);
  private readonly link: RoomLink;
  private readonly seen = new SeenStage(() => performance.now());
  private readonly clicks = new Clicks(() => performance.now());

  constructor(link: RoomLink) {
    this.link = link;
  }

  /** The page shows this stage from now on. */
  show(stage: number): void {
    this.seen.show(stage);
  }

  /** The page has come into view, or gone out of it. */
  look(inView: boolean): void {
    this.seen.look(inView);
  }

  /** Asks the room for what was clicked; whether it was done. */
  readonly ask = async (command: UnstagedCommand): Promise<boolean> => {
    const click = this.clicks.take(command);
    if (click === null) return false;
    const refused = await this.link.ask(atStage(command, this.seen.seen));
    click.answered();
    if (refused === "moved on" && click.repeated) return false;
    this.refused = refused;
    return refused === null;
  };
}
