/**
 * A first scenario for `demarche new`: small, commented, in block style; it lints clean and runs as it stands.
 */

/** All of it but its head. */
const body = `# Where the claims come from. Every assumption names its basis: a source's id, or judgement.
sources:
  note:
    title: The note that opened the crisis
    date: 2030-03-01
    grade: judgement

# A round is a week; after eight rounds the run ends in the outcome marked otherwise.
clock:
  start: 2030-03-01
  step: 1 week
  rounds: 8

# In each round the actors act in this order.
actors:
  north:
    name: The North
    utility: 4 * (outcome is settlement) - 10 * (outcome is clash)
  south:
    name: The South
    utility: 4 * (outcome is settlement) - 10 * (outcome is clash)

# What changes in stages. A rung says how high a stage stands on the escalation ladder.
tracks:
  note:
    name: Protest note
    initial: unanswered
    states:
      unanswered:
        rung: 1
      answered:
        rung: 0
      rejected:
        rung: 3

# What changes in numbers. A scale stops at its ends.
variables:
  tension:
    name: Tension
    scale: [0, 10]
    initial: 4

# What nobody knows for certain, and what experiments vary.
assumptions:
  incident_chance:
    name: Chance of a border incident in a week
    range: [0, 0.5]
    default: 0.1
    basis: judgement

terms:
  calm: note is answered and tension <= 3

# What actors can do. Everything under then reads the state as it was before the move.
moves:
  answer_note:
    by: south
    name: Answer the note
    when: note is unanswered
    then:
      note: answered
      tension: tension - 2
    severity: de-escalation
    source: [note]
  reject_note:
    by: south
    name: Reject the note
    when: note is unanswered
    then:
      note: rejected
      tension: tension + 2
    severity: non-violent
  mobilise:
    by: north
    name: Mobilise at the border
    when: note is rejected
    # One of the branches happens, by odds.
    branches:
      quietly:
        odds: 3
        then:
          tension: tension + 1
      in_public:
        odds: 1
        then:
          tension: tension + 3
    severity: posturing
  offer_talks:
    by: north
    name: Offer talks
    when: tension >= 2
    then:
      tension: tension - 1
    severity: de-escalation

# What happens without an actor, each round by chance.
incidents:
  border_incident:
    name: Shots at the border
    when: tension >= 5
    chance: incident_chance
    then:
      tension: tension + 2
    severity: violent

# What follows by itself as soon as its condition comes to hold.
rules:
  note_lapses:
    when: round >= 4 and note is unanswered
    then:
      note: rejected

# How a run ends: the first of these that holds.
outcomes:
  clash:
    name: Armed clash
    when: tension >= 10
    severity: violent
  settlement:
    name: Settlement
    when: calm
  stalemate:
    name: Stalemate
    otherwise: true

# How actors choose when no person does: the share of a weight is the chance of its move.
policies:
  north:
    cautious:
      offer_talks: 3
      mobilise: tension
      hold: 2
    pressing:
      mobilise: 4
      hold: 1
  south:
    undecided:
      answer_note: 1
      reject_note: if tension > 5 then 3 else 1
      hold: 3

# Treatments to compare.
variants:
  as_it_stands:
    name: As it stands
    question: What happens if everybody acts as we assume?
  pressing_north:
    name: The North presses
    question: What if the North mobilises whenever it can?
    policies:
      north: pressing

# Claims that the checker proves or refutes.
properties:
  no_clash_after_answer:
    claim: Once the note is answered there is no armed clash
    never: tension >= 10
    after: note is answered
`;

/** The text of a starter scenario. Id and title are put in quotes where YAML could read something else in them. */
export function starterScenario(id: string, title: string): string {
  const written = /^(?:true|false|null|yes|no|on|off)$/.test(id) ? JSON.stringify(id) : id;
  return `demarche: 2\nid: ${written}\ntitle: ${JSON.stringify(title)}\n\n${body}`;
}
