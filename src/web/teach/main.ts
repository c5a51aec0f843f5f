import "../shared/style.css";
import { mount } from "svelte";
import { textIn } from "../shared/language.svelte.ts";
import TeachPage from "./TeachPage.svelte";

document.title = textIn().title.teach;
mount(TeachPage, { target: document.querySelector("#page") ?? document.body });
