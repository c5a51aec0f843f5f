/**
 * The teacher's way in: the secret behind the link's `#` is handed over once and taken out of the address bar.
 */
import { ask } from "./ask.ts";

/** Whether this browser is the teacher's: `wrong` where its link is not valid. */
export async function enterAsTeacher(): Promise<"entered" | "needed" | "wrong"> {
  // What begins with a slash is a place within the page.
  const key = location.hash.startsWith("#/") ? "" : location.hash.slice(1);
  if (key !== "") {
    history.replaceState(null, "", location.pathname + location.search);
    const reply = await ask("POST", "/api/teacher/enter", { key });
    if ("value" in reply) return "entered";
    if (reply.status === 403) return "wrong";
  }
  const reply = await ask<{ entered: boolean }>("GET", "/api/teacher");
  return "value" in reply && reply.value.entered ? "entered" : key === "" ? "needed" : "wrong";
}
