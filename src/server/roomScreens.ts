/**
 * The screens that look into a room: each is told what is new on it, and nothing twice.
 *
 * What several screens share is made once and written as JSON once. A screen that cannot take more at the moment is
 * passed over and told later, all at once, so a slow reader costs no memory. When and how often a screen is told depends
 * on what changes on it, and on nothing else.
 */
import { MessageFeed, type MessageReader } from "../classroom/messages.ts";
import { type Patch, patchOf } from "../classroom/patch.ts";
import { type ScreenSource, screenOf } from "../classroom/screen.ts";
import type { ScreenViewer } from "../classroom/screenSections.ts";

/** A screen that is connected. */
export interface Watcher {
  readonly looker: ScreenViewer;
  /** Whether it can take more now. */
  readonly ready: () => boolean;
  /** Sends a patch of the screen, as JSON. */
  readonly send: (patch: string) => void;
}

/** Milliseconds until a screen that could not take more is tried again. */
const retryMs = 250;

interface Connected extends Watcher {
  /** What it was told, by section. */
  readonly sent: Map<string, unknown>;
  feed: MessageFeed;
  behind: boolean;
}

export class RoomScreens {
  private readonly place: () => ScreenSource;
  /** Told where a screen could not be made: the others are told all the same. */
  private readonly fault: (error: unknown) => void;
  private readonly watchers = new Set<Connected>();
  private readonly remembered = new Map<string, unknown>();
  /** Patches of shared sections, by what the screen had and what it gets. */
  private patches = new WeakMap<object, WeakMap<object, string>>();
  private retry: ReturnType<typeof setTimeout> | null = null;

  constructor(place: () => ScreenSource, fault: (error: unknown) => void) {
    this.place = place;
    this.fault = fault;
  }

  /** How many screens look. */
  get count(): number {
    return this.watchers.size;
  }

  /** Whether somebody at a seat looks. */
  readonly isHere = (seat: string): boolean => (this.here.get(seat) ?? 0) > 0;
  private readonly here = new Map<string, number>();

  /** Connects a screen, which is told everything at once; returns what disconnects it. */
  watch(watcher: Watcher): () => void {
    const connected: Connected = { ...watcher, sent: new Map(), feed: new MessageFeed(), behind: false };
    this.watchers.add(connected);
    this.comes(watcher.looker, 1);
    this.tell();
    return () => {
      if (!this.watchers.delete(connected)) return;
      this.comes(watcher.looker, -1);
      this.tell();
    };
  }

  private comes(looker: ScreenViewer, by: number): void {
    if (looker.kind === "seat") this.here.set(looker.seat, (this.here.get(looker.seat) ?? 0) + by);
  }

  /** Something that screens share has changed: makes it anew when it is next told; everything without a key. */
  forget(key?: string): void {
    if (key === undefined) this.remembered.clear();
    else this.remembered.delete(key);
  }

  /** Tells every screen what is new on it. */
  tell(): void {
    this.forget("room");
    const place = this.place();
    for (const watcher of [...this.watchers]) this.tellOne(watcher, place);
  }

  private tellOne(watcher: Connected, place: ScreenSource): void {
    try {
      this.update(watcher, place);
    } catch (error) {
      this.fault(error);
    }
  }

  private update(watcher: Connected, place: ScreenSource): void {
    watcher.behind = !watcher.ready();
    if (watcher.behind) {
      this.tryLater();
      return;
    }
    const { looker, sent } = watcher;
    const parts: string[] = [];
    const add = (section: string, patch: string): void => void parts.push(`${JSON.stringify(section)}:${patch}`);
    const screen = screenOf(place, looker, this.shared);
    for (const [section, value] of Object.entries(screen)) {
      const patch = this.patchText(sent.get(section), value);
      sent.set(section, value);
      if (patch !== null) add(section, patch);
    }
    const reader = readerOf(place, looker, screen.seat !== undefined);
    const messages = reader === undefined ? null : watcher.feed.update(place, reader);
    if (messages !== null) add("messages", JSON.stringify(messages));
    if (reader !== undefined) sent.set("messages", true);
    for (const section of [...sent.keys()]) {
      if (Object.hasOwn(screen, section) || (section === "messages" && reader !== undefined)) continue;
      sent.delete(section);
      if (section === "messages") watcher.feed = new MessageFeed();
      add(section, "null");
    }
    if (parts.length > 0) watcher.send(`{"fields":{${parts.join(",")}}}`);
  }

  /** The patch from what a screen has to what it is to have, as JSON; null where they are equal. */
  private patchText(old: unknown, next: object): string | null {
    if (old === next) return null;
    const from = typeof old === "object" && old !== null ? old : nothing;
    const known = this.patches.get(from) ?? new WeakMap<object, string>();
    this.patches.set(from, known);
    const text = known.get(next) ?? textOf(from === nothing ? { value: next } : patchOf(from, next));
    known.set(next, text);
    return text === "" ? null : text;
  }

  private tryLater(): void {
    if (this.retry !== null) return;
    this.retry = setTimeout(() => {
      this.retry = null;
      const place = this.place();
      for (const watcher of [...this.watchers]) if (watcher.behind) this.tellOne(watcher, place);
    }, retryMs);
    this.retry.unref();
  }

  /** Gives something again as long as nothing changes from which it was made. */
  readonly shared = <T>(key: string, make: () => T): T => {
    if (!this.remembered.has(key)) this.remembered.set(key, make());
    return this.remembered.get(key) as T;
  };

  close(): void {
    if (this.retry !== null) clearTimeout(this.retry);
    this.watchers.clear();
    this.here.clear();
  }
}

/** Stands for a section that a screen does not have. */
const nothing: object = {};

const textOf = (patch: Patch | null): string => (patch === null ? "" : JSON.stringify(patch));

/** For whose eyes the messages of a screen are; undefined where it has none. */
function readerOf({ room }: ScreenSource, looker: ScreenViewer, known: boolean): MessageReader | undefined {
  if (looker.kind === "teacher") return "teacher";
  if (looker.kind === "projector") return null;
  const seat = known ? room.seats.find(({ id }) => id === looker.seat) : undefined;
  return seat === undefined || seat.role === null || seat.removed ? undefined : seat;
}
