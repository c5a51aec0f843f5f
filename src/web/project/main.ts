import "../shared/style.css";
import { mount } from "svelte";
import { textIn } from "../shared/language.svelte.ts";
import ProjectPage from "./ProjectPage.svelte";

document.title = textIn().title.project;
mount(ProjectPage, { target: document.querySelector("#page") ?? document.body });
