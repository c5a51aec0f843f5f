import "../shared/style.css";
import { mount } from "svelte";
import { textIn } from "../shared/language.svelte.ts";
import JoinPage from "./JoinPage.svelte";

document.title = textIn().title.join;
mount(JoinPage, { target: document.querySelector("#page") ?? document.body });
