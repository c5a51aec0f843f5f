import "../shared/style.css";
import "./studio.css";
import { mount } from "svelte";
import { chartStyle } from "../../report/chartSvg.ts";
import { pictureColours, pictureStyle } from "../../report/figureStyle.ts";
import StudioPage from "./StudioPage.svelte";

// Charts and figures look as in files of their own; a sheet made by a script is not inline to the content policy.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`${chartStyle}
.figures { ${pictureColours.light} ${pictureStyle} }
@media screen and (prefers-color-scheme: dark) { .figures { ${pictureColours.dark} } }`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
mount(StudioPage, { target: document.querySelector("#page") ?? document.body });
