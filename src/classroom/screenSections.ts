/**
 * What each screen of a room shows: plain data, cut to what its reader may know.
 *
 * A screen is made of sections, so that only what changed need be sent. A student's sections are built from the view of
 * the student's actor and from the room's own public facts; nothing else of the run reaches them. Words of the
 * interface are the browser's; words of the scenario are in here.
 */
import type { SeatCommand, TeacherCommand } from "./command.ts";
import type { Channel, LessonPhase, Pace, Role, Timing } from "./event.ts";
import type { Patch } from "./patch.ts";
import type { Pause } from "./room.ts";

/** Who looks. */
export type ScreenViewer =
  | { readonly kind: "teacher" }
  /** The screen in front of the class: what everybody sees. */
  | { readonly kind: "projector" }
  | { readonly kind: "seat"; readonly seat: string };

/** Something with a name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** The room as everybody in it sees it. */
export interface RoomSection {
  readonly code: string;
  readonly title: string;
  readonly phase: LessonPhase | null;
  /** Rounds count from 0; null before the rounds begin. */
  readonly round: number | null;
  /** Number of rounds, where there is a horizon. */
  readonly rounds: number | null;
  /** Day number of the round, where the scenario has a calendar. */
  readonly date: number | null;
  /** By the server's clock, in milliseconds. */
  readonly deadline: number | null;
  readonly paused: Pause | null;
  readonly turns: "in order" | "simultaneous" | "free";
  /** Delegations played by people. */
  readonly delegations: readonly Named[];
  /** All actors that can be written to. */
  readonly actors: readonly Named[];
  /** How many have a seat. */
  readonly joined: number;
  /** How many delegations have decided, of how many that are asked; null in free turns, where that would tell of moves. */
  readonly sealed: { readonly count: number; readonly of: number } | null;
  /** Incidents that the teacher let happen in this turn: what was sealed stays sealed as far as it is still open. */
  readonly incidents: readonly string[];
  /** Whether newcomers may ask for a seat. */
  readonly joiningClosed: boolean;
  /** Name of the outcome, once there is one. */
  readonly outcome: string | null;
}

/** One's own seat. */
export interface SeatSection {
  readonly id: string;
  readonly name: string | null;
  readonly role: Role | null;
  readonly roleName: string | null;
  readonly removed: boolean;
  readonly muted: boolean;
  readonly bot: boolean;
  readonly team: readonly { readonly id: string; readonly name: string | null; readonly here: boolean }[];
}

/** What the actor is told before the lesson, and what only it knows. */
export interface BriefingSection {
  readonly all: readonly string[];
  readonly own: readonly string[];
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
}

export interface NewsDeed {
  readonly who: string | null;
  readonly what: string;
  readonly way: string | null;
  readonly forestalled: boolean;
  /** Names of what another move replaced by lot. */
  readonly overruled: readonly string[];
  /** Not everybody saw it when it was done; told of in the debrief and to the teacher alone. */
  readonly secret: boolean;
}

export interface NewsChange {
  readonly name: string;
  /** A track's state by its name, or a variable's value. */
  readonly from: string | number | boolean;
  readonly to: string | number | boolean;
  readonly rungs: readonly [number, number] | null;
  /** Not everybody sees it. */
  readonly secret: boolean;
}

export interface NewsEntry {
  readonly kind: "move" | "incident" | "averted" | "rule" | "unknown" | "fork" | "end" | "fault" | "teacher";
  /** None where the kind says it all; of an end, its outcome if there is one. */
  readonly deeds: readonly NewsDeed[];
  readonly changes: readonly NewsChange[];
}

/** A round's news. */
export interface NewsRound {
  readonly round: number;
  readonly date: number | null;
  readonly entries: readonly NewsEntry[];
}

/** How things stand, as far as the reader knows. */
export interface StandSection {
  readonly tracks: readonly {
    readonly id: string;
    readonly name: string;
    readonly state: string;
    readonly rung: number | null;
    /** Place among its states, and how many there are. */
    readonly at: number;
    readonly of: number;
  }[];
  readonly variables: readonly {
    readonly id: string;
    readonly name: string;
    readonly value: number | boolean;
    readonly low: number;
    readonly high: number;
    /** Only this actor sees it. */
    readonly secret: boolean;
  }[];
}

export interface Option {
  readonly move: string;
  /** Null: hold. */
  readonly name: string | null;
  readonly description: string | null;
  /** Names of the delegations that alone learn of it, this one aside; null: everybody does. */
  readonly knownTo: readonly string[] | null;
  /** Ways in which it may turn out. */
  readonly ways: readonly string[];
}

/** A delegation's turn. */
export interface TurnSection {
  /** Number of the delegation's turn, which commands name. */
  readonly turn: number;
  readonly open: boolean;
  readonly options: readonly Option[];
  readonly proposals: readonly { readonly seat: string; readonly name: string | null; readonly move: string }[];
  readonly sealed: string | null;
  /** The delegation had sealed, and an incident closed what it chose: it is asked again. */
  readonly again: boolean;
  /** Nobody else of the delegation is there, so that one confirms alone. */
  readonly alone: boolean;
}

export interface MessageLine {
  readonly id: string;
  readonly from: string | null;
  /** Name of the role in which it was said; null for the teacher. */
  readonly role: string | null;
  readonly own: boolean;
  readonly teacher: boolean;
  readonly to: Channel;
  readonly toName: string | null;
  readonly round: number;
  /** Null where it was hidden or forgotten. */
  readonly text: string | null;
  readonly hidden: boolean;
}

export interface SeatStatus {
  readonly id: string;
  readonly name: string | null;
  readonly role: Role | null;
  readonly wish: Role | null;
  readonly here: boolean;
  readonly muted: boolean;
  readonly removed: boolean;
}

/** Everything on the teacher's page that is the teacher's alone. */
export interface StatusSection {
  /** The stage of the lesson, which commands name. */
  readonly stage: number;
  readonly pace: Pace;
  readonly held: boolean;
  readonly timing: Timing;
  readonly perDelegation: number;
  readonly seats: readonly SeatStatus[];
  readonly delegations: readonly {
    readonly id: string;
    readonly name: string;
    /** `person`, or a policy: as planned, or because the teacher seated one. */
    readonly by: "people" | "policy" | "bot";
    readonly turn: boolean;
    readonly proposals: readonly { readonly name: string | null; readonly move: string }[];
    readonly sealed: string | null;
  }[];
  readonly incidents: readonly Named[];
  readonly turnsBefore: readonly { readonly position: number; readonly round: number; readonly date: number | null }[];
  readonly runs: number;
  readonly lamps: readonly PropertyStatus[];
}

/** A rule of the scenario as the run stands: it failed, holds so far, holds for good, or nobody knows. */
export interface PropertyStatus {
  readonly id: string;
  readonly claim: string;
  readonly light: "failed" | "so far" | "held" | "reachable" | "unreachable" | "unknown";
}

/** How high something stands from a time on; `at` counts rounds, the fraction orders what happened within one. */
export interface RungPoint {
  readonly at: number;
  readonly rung: number;
}

/** Another class's run, without anything by which to find it; or one that this class left by going back. */
export interface OtherClass {
  /** This class's own, left by going back. */
  readonly own: boolean;
  readonly outcome: string | null;
  readonly rounds: number;
  readonly ladder: readonly RungPoint[];
}

/** A track's way on the escalation ladder. */
export interface TrackLadder {
  readonly name: string;
  readonly points: readonly (RungPoint & { readonly state: string })[];
}

/** The analysis in the scenario's words. */
export interface ToldAnalysis {
  readonly runs: number;
  /** How many decisions of people were weighed so far, of how many. */
  readonly weighed: { readonly done: number; readonly of: number };
  /** Id of the outcome or group that the author declared to matter most, or null. */
  readonly headline: string | null;
  /** Outcomes, then groups of them. */
  readonly outcomes: readonly Named[];
  readonly standings: readonly {
    readonly round: number;
    readonly date: number | null;
    readonly shares: Readonly<Record<string, number>>;
  }[];
  readonly decisions: readonly {
    readonly position: number;
    readonly round: number;
    readonly date: number | null;
    readonly actor: string;
    /** Null: hold. */
    readonly chosen: string | null;
    readonly alternative: string | null;
    readonly outcome: string;
    readonly difference: number;
    readonly low: number;
    readonly high: number;
    readonly policyShare: number;
    /** What the policy does most often there. */
    readonly usual: { readonly move: string | null; readonly share: number };
  }[];
  readonly settled: { readonly round: number; readonly date: number | null; readonly share: number } | null;
}

/** Something that is told of a date in reality. */
export interface HistoryLine {
  readonly round: number;
  readonly date: number | null;
  readonly who: string | null;
  readonly what: string;
  readonly way: string | null;
}

export interface Debrief {
  readonly title: string;
  readonly outcome: string | null;
  readonly news: readonly NewsRound[];
  readonly climbs: readonly TrackLadder[];
  /** The highest rung of all tracks. */
  readonly ladder: readonly RungPoint[];
  /** The highest rung of the scenario. */
  readonly top: number;
  /** Other classes that played the same scenario to its end, and courses that this class left. */
  readonly others: readonly OtherClass[];
  /** Where the time axis ends. */
  readonly end: number;
  readonly dates: readonly (number | null)[];
  readonly actors: readonly Named[];
  readonly history: readonly HistoryLine[];
  readonly followed: readonly string[];
  readonly questions: readonly string[];
  /** Openings of people's turns, from which another course can be tried. */
  readonly turns: readonly {
    readonly position: number;
    readonly round: number;
    readonly date: number | null;
    readonly actors: readonly string[];
    /** What each of them did. */
    readonly chosen: Readonly<Record<string, string>>;
  }[];
}

/** What a role knew, as the run went on. */
export interface Knowledge {
  /** What it was told before the lesson; null for those outside the crisis. */
  readonly briefing: Pick<BriefingSection, "own" | "secrets"> | null;
  /** Its news; those up to a round are what it had heard by then. */
  readonly news: readonly NewsRound[];
  /** How things stood for it: at the start, then at the end of each round. */
  readonly stands: readonly StandSection[];
}

/** Another course, tried from a turn of the run: some moves of one actor, then its policy or its next choice. */
export interface Trial {
  /** Position of the event that is decided anew. */
  readonly from: number;
  readonly actor: string;
  /** What the actor does in this turn and those after it. */
  readonly moves: readonly string[];
  /** Leaves the rest to policies. */
  readonly finish: boolean;
}

export interface TrialResult {
  /** What happens on the other course, from the turn on. */
  readonly news: readonly NewsRound[];
  readonly outcome: string | null;
  readonly over: boolean;
  /** The next choice, unless the course is over. */
  readonly options: readonly Option[];
  readonly round: number;
  readonly date: number | null;
}

/** A screen, section by section. What a reader has no part in is absent. */
export interface Screen {
  readonly room: RoomSection;
  readonly seat?: SeatSection;
  readonly briefing?: BriefingSection;
  readonly news?: readonly NewsRound[];
  readonly stand?: StandSection;
  readonly turn?: TurnSection;
  readonly messages?: readonly MessageLine[];
  readonly status?: StatusSection;
  /** Once the debrief is open, and for the teacher from the end of the rounds. */
  readonly debrief?: Debrief;
  readonly analysis?: ToldAnalysis;
}

/** What a browser sends on the socket. `key` names the command, so that it is done once however often it comes. */
export type KeyedCommand = { readonly key: string; readonly command: RoomCommand };

/** Commands as browsers write them: where a command of the room has a digest, this has the words themselves. */
export type RoomCommand = SeatCommand | TeacherCommand;

/** A command as it is clicked, before the stage that was seen is put to it. */
export type UnstagedCommand = Unstaged<RoomCommand>;
type Unstaged<C> = C extends { readonly stage: number } ? Omit<C, "stage"> : C;

/** Commands that are about the stage of the lesson that was seen. */
const staged: ReadonlySet<RoomCommand["type"]> = new Set([
  "GoOn",
  "Reveal",
  "EndRounds",
  "Extend",
  "Hold",
  "CauseIncident",
  "Undo",
] as const satisfies readonly Extract<RoomCommand, { readonly stage: number }>["type"][]);

/** A command with the stage that was seen, where it is about one. */
export function atStage(command: UnstagedCommand, stage: number): RoomCommand {
  return (staged.has(command.type) ? { ...command, stage } : command) as RoomCommand;
}

/** What the server sends on the socket. */
export type ServerMessage =
  /** What turns the screen as it was last told into the screen as it is. `now`: the server's clock, in milliseconds. */
  | { readonly now: number; readonly screen?: Patch }
  /** A command was done, now or when it first came. */
  | { readonly done: string }
  | { readonly refused: string; readonly reason: string };
