// Functions that a test calls in an open report. Each returns a list of sentences, one for each fault.
({
  // Whether a reader can scroll this element sideways.
  scrolls(element) {
    return /auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1;
  },

  // Every piece of text with the rectangles of its lines.
  texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (!node.data.trim() || !node.parentElement.checkVisibility()) continue;
      if (node.parentElement.closest("style, title, script")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      found.push({ element: node.parentElement, text: node.data.trim(), boxes: [...range.getClientRects()] });
    }
    return found;
  },

  // Text outside the page, outside its box, or outside its picture.
  overflows() {
    const faults = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) {
      faults.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`);
    }
    for (const { element, text, boxes } of this.texts()) {
      const picture = element.closest("svg");
      let box = picture ?? element;
      while (!picture && getComputedStyle(box).display.startsWith("inline")) box = box.parentElement;
      const scroller = element.closest(".wide");
      const outer = box.getBoundingClientRect();
      for (const line of boxes) {
        if (line.left < outer.left - 1 || line.right > outer.right + 1) {
          faults.push(`"${text}" is outside its ${box.localName}`);
        }
        if (picture && (line.top < outer.top - 1 || line.bottom > outer.bottom + 1)) {
          faults.push(`"${text}" is above or below its picture`);
        }
        if (!(scroller && this.scrolls(scroller)) && (line.left < -1 || line.right > width + 1)) {
          faults.push(`"${text}" is outside the page`);
        }
      }
    }
    return faults;
  },

  // Texts of a picture that cover each other.
  collisions() {
    const faults = [];
    for (const picture of document.querySelectorAll("svg[role=img]")) {
      const texts = [...picture.querySelectorAll("text")].map((element) => {
        return { text: element.textContent, box: element.getBoundingClientRect() };
      });
      texts.forEach((one, index) => {
        for (const other of texts.slice(0, index)) {
          const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
          // A line of text has some pixels of air above and below its letters.
          const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
          if (wide > 1 && high > 0.4 * Math.min(one.box.height, other.box.height)) {
            faults.push(`${picture.ariaLabel}: "${one.text}" covers "${other.text}"`);
          }
        }
      });
    }
    return faults;
  },

  // Text that is too small to be read.
  tiny(least) {
    const small = this.texts().filter(({ boxes }) => boxes.some((box) => box.height < least));
    return small.map(({ text, boxes }) => `"${text}" is ${boxes[0].height.toFixed(1)} pixels high`);
  },

  // Links to parts of the page that do not exist.
  deadLinks() {
    const links = [...document.querySelectorAll("a[href^='#']")].map((link) => link.getAttribute("href").slice(1));
    return links.filter((name) => !document.getElementById(name)).map((name) => `nothing is called #${name}`);
  },

  // The files that links lead to.
  linkedFiles() {
    return [...document.querySelectorAll("a[href]")].filter((link) => link.protocol === "file:")
      .map((link) => decodeURIComponent(link.pathname));
  },

  // What a reader must be able to reach by keyboard, as places in the document.
  reachable() {
    const all = [...document.querySelectorAll("*")];
    return all.flatMap((element, index) => {
      const pressable = element.matches("a[href], button, summary, input, select, textarea");
      return (pressable || this.scrolls(element)) && element.checkVisibility() ? [index] : [];
    });
  },

  // The place of the element that has the focus, or -1.
  focused() {
    return document.activeElement === document.body
      ? -1 : [...document.querySelectorAll("*")].indexOf(document.activeElement);
  },

  // A name for messages.
  name(index) {
    const element = document.querySelectorAll("*")[index];
    return `${element.localName} ${element.ariaLabel ?? element.textContent.trim().slice(0, 40)}`;
  },

  // Headings, legends and pictures whose style lets a page break separate what belongs together.
  breaks() {
    const faults = [];
    for (const element of document.querySelectorAll("h2, h3, .legend")) {
      if (!/avoid/.test(getComputedStyle(element).breakAfter)) faults.push(`${element.outerHTML.slice(0, 40)} may be last`);
    }
    for (const element of document.querySelectorAll("figure, svg[role=img], tr")) {
      if (!/avoid/.test(getComputedStyle(element).breakInside)) {
        faults.push(`${element.localName} ${element.ariaLabel ?? ""} may be cut`);
      }
    }
    return faults;
  },
})
