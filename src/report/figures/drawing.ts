/**
 * Drawing with Observable Plot on the server: options in, one self-contained SVG text out.
 *
 * Colours are names of the page's style sheet, so that a figure follows light, dark and print. Every drawing is one
 * image to a screen reader, with a text in its place. Coordinates are rounded to what a screen can show, and nothing
 * depends on what was drawn before.
 */
import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import { escapeText } from "../escape.ts";

export interface Canvas {
  /**
   * Draws a plot.
   * @param alt what the picture shows, in words, for whoever does not see it.
   */
  draw(options: Plot.PlotOptions, alt: string): string;
}

/** Opens a canvas; it serves any number of drawings. */
export function openCanvas(): Canvas {
  const { document } = new JSDOM("").window;
  return {
    draw(options, alt) {
      const svg = Plot.plot({ ...options, document, className: "plot" });
      for (const style of svg.querySelectorAll("style")) style.remove();
      // Inside an image nothing else is named.
      for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
      for (const name of ["class", "fill", "font-family", "font-size", "text-anchor", "xmlns:xlink", "xmlns"]) {
        svg.removeAttribute(name);
      }
      const text = rounded(svg.outerHTML);
      return text.replace("<svg", `<svg class="plot" role="img" aria-label="${escapeText(alt)}"`);
    },
  };
}

/** Two decimals are finer than a screen. */
function rounded(svg: string): string {
  return svg.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100));
}
