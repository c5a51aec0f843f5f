import "../shared/style.css";
import { mount } from "svelte";
import { enterByWallLink } from "../shared/enterByWallLink.ts";
import { textIn } from "../shared/language.svelte.ts";
import { codeInAddress } from "../shared/roomLink.svelte.ts";
import ProjectPage from "./ProjectPage.svelte";

document.title = textIn().title.project;
await enterByWallLink(codeInAddress());
mount(ProjectPage, { target: document.querySelector("#page") ?? document.body });
