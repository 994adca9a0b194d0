/** As much of html-to-text's types as is used here: they are a package of their own. */
type Element = { children: Element[]; attribs: Record<string, string | undefined> };
type Builder = {
  openBlock(options: { leadingLineBreaks: number }): void;
  closeBlock(options: { trailingLineBreaks: number }): void;
  addInline(text: string, options?: { noWordTransform: boolean }): void;
  addLineBreak(): void;
};
type Formatter = (element: Element, walk: (children: Element[], builder: Builder) => void, builder: Builder) => void;

/** A button is its words and, below them, the address: whole, alone on its line, so that programs find all of it. */
function action(...[element, walk, builder]: Parameters<Formatter>): void {
  builder.openBlock({ leadingLineBreaks: 2 });
  walk(element.children, builder);
  builder.addInline(":");
  builder.addLineBreak();
  builder.addInline(element.attribs.href ?? "", { noWordTransform: true });
  builder.closeBlock({ trailingLineBreaks: 2 });
}

function label(...[element, walk, builder]: Parameters<Formatter>): void {
  walk(element.children, builder);
  builder.addInline(": ");
}

/** How the HTML of a mail becomes its text: facts a line each, headings as they are written. */
export const textFormat = {
  formatters: { action, label },
  selectors: [
    { selector: "h1", options: { uppercase: false, leadingLineBreaks: 2 } },
    { selector: "tr", format: "block", options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: "th", format: "label" },
    { selector: "td", format: "inline" },
    { selector: "a.action", format: "action" },
    { selector: "hr", options: { length: 3 } },
  ],
};
