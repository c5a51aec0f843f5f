#!/usr/bin/env node
/**
 * The entry of the command line: holds the runtime to what Demarche needs, and hands over to the program.
 *
 * Nothing else may be imported statically here: on a Node without `node:sqlite` an import would fail before the plain
 * sentence that says so could be printed.
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `error: Demarche needs Node 22.13 or newer, and this is Node ${process.versions.node}\n` +
      "hint: install a current Node from https://nodejs.org and try again\n",
  );
  process.exitCode = 2;
} else {
  // Older Nodes announce on every start that SQLite is new to them, which says nothing about the run that was asked for.
  const [print] = process.listeners("warning");
  process.removeAllListeners("warning").on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") print?.(warning);
  });
  // Compiled code is kept between starts, in the folder for temporary files; a start takes half the time.
  const { enableCompileCache } = await import("node:module");
  enableCompileCache();
  // The compiler between V8's quickest and its best keeps a hundred megabytes from the long functions of kernels, which
  // are left to the best one in any case.
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--no-maglev");
  const { runProgram } = await import("./program.ts");
  const { processTerminal } = await import("./terminal.ts");
  process.exitCode = await runProgram(process.argv.slice(2), processTerminal());
}
