/**
 * Pictures that were drawn elsewhere, placed into a page whose content policy takes no inline style: a script may set
 * what an attribute may not.
 */

/** Drawn HTML with its inline styles set aside. Quotes inside texts are escaped, so this finds attributes alone. */
export const withoutStyle = (html: string): string => html.replaceAll(' style="', ' data-style="');

/** Gives the parts of an element the styles that were set aside. */
export function restoreStyle(element: Element): void {
  for (const part of element.querySelectorAll<HTMLElement | SVGElement>("[data-style]")) {
    part.style.cssText = part.dataset.style ?? "";
  }
}
