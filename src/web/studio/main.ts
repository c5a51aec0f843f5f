import "../shared/style.css";
import "./studio.css";
import { mount } from "svelte";
import { chartStyle } from "../../report/chartSvg.ts";
import StudioPage from "./StudioPage.svelte";

// The drawing's own style, as a file has it; a sheet made by a script is not inline to the content policy.
const sheet = new CSSStyleSheet();
sheet.replaceSync(chartStyle);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
mount(StudioPage, { target: document.querySelector("#page") ?? document.body });
