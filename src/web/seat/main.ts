import "../shared/style.css";
import { mount } from "svelte";
import { textIn } from "../shared/language.svelte.ts";
import SeatPage from "./SeatPage.svelte";

document.title = textIn().title.seat;
mount(SeatPage, { target: document.querySelector("#page") ?? document.body });
