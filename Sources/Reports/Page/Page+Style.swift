// The report's style sheet. Colours are variables, so that dark and printed pages override only those. --s0 to --s6 are
// the methods' colours, found by a search that maximizes their smallest distance under every kind of colour vision (see
// MethodStyleTests). The rules of pictures are apart, since pictures are also written as files.

extension Page {
  static let style = """
    :root {
      --paper: #fdfcfa; --ink: #1d1c1a; --muted: #69665f; --rule: #dcd8cf; --grid: #ebe8e1; --panel: #f5f3ee; --shade: #b9b4a8;
      --s0: #75726a; --s1: #1e57d3; --s2: #a93a19; --s3: #0ba859; --s4: #9b54ae; --s5: #be8a00; --s6: #5b1a4a;
      --over: #eda873; --under: #82b1ea; --bar: #d9d5cb; --count: #a8a399;
      --shared: #b9b4a8; --within: #6aa5e8; --between: #16569f;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #171715; --ink: #ebe9e3; --muted: #a29e94; --rule: #3a3832; --grid: #2a2925; --panel: #201f1c; --shade: #75726a;
        --s0: #a9a59b; --s1: #6186fb; --s2: #da6015; --s3: #72ee8f; --s4: #bb47a3; --s5: #ffca37; --s6: #8d6a44;
        --over: #c9692a; --under: #3f7fcb; --bar: #3b3932; --count: #6e6a61;
        --shared: #57534a; --within: #3f7fcb; --between: #9cc8ff;
      }
    }
    * { box-sizing: border-box; }
    html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
    body {
      max-width: 1144px; margin: 0 auto; padding: 56px 32px 80px;
      font: 15px/1.55 "Inter", "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
      font-variant-numeric: tabular-nums lining-nums;
    }
    h1, h2 { font-family: "Charter", "Bitstream Charter", "Iowan Old Style", "Palatino", "Georgia", "Liberation Serif",
      serif; font-weight: 600; line-height: 1.2; letter-spacing: -0.01em; }
    h1 { font-size: 36px; margin: 0 0 14px; }
    h2 { font-size: 23px; margin: 0 0 6px; }
    h3 { font-size: 14px; font-weight: 600; margin: 0 0 4px; }
    header { border-bottom: 2px solid var(--ink); padding-bottom: 22px; margin-bottom: 44px; }
    section { margin: 0 0 60px; }
    .summary { font-size: 17px; max-width: 74ch; margin: 0; }
    .note { color: var(--muted); max-width: 82ch; margin: 0 0 20px; }
    .remarks { margin: 16px 0 0; padding: 10px 16px; background: var(--panel); border-left: 3px solid var(--over);
      list-style: none; }
    .remarks li { margin: 2px 0; }
    /* A table wider than the page scrolls: its edge is shaded, and the methods' names stay in place. */
    .wide { overflow-x: auto; scrollbar-width: thin; background:
      linear-gradient(to right, var(--paper) 40%, transparent) left / 28px 100% no-repeat local,
      linear-gradient(to left, var(--paper) 40%, transparent) right / 28px 100% no-repeat local,
      linear-gradient(to right, var(--shade), transparent) left / 14px 100% no-repeat scroll,
      linear-gradient(to left, var(--shade), transparent) right / 14px 100% no-repeat scroll; }
    .wide:focus-visible { outline: 2px solid var(--s1); outline-offset: 2px; }
    * + .wide { margin-top: 26px; } .note + .wide, .set + .wide { margin-top: 0; }
    table { border-collapse: collapse; width: 100%; font-size: 14px; }
    th, td { text-align: right; padding: 7px 0 7px 22px; vertical-align: top; white-space: nowrap; }
    thead th { font-weight: 500; color: var(--muted); border-bottom: 1px solid var(--ink); vertical-align: bottom;
      line-height: 1.3; white-space: normal; }
    thead tr.groups th { border-bottom: 0; color: var(--ink); font-weight: 600; padding-bottom: 0; text-align: center; }
    tbody tr { border-bottom: 1px solid var(--rule); }
    tbody tr.first { border-bottom-color: transparent; }
    tbody tr.second td, tbody tr.second th { padding-top: 0; }
    .words { text-align: left; padding-left: 0; font-weight: 500; position: sticky; left: 0; background: var(--paper); }
    sup { font-size: 10.5px; color: var(--muted); line-height: 0; }
    tr.second .words { font-weight: 400; color: var(--muted); padding-left: 24px; }
    td small { display: block; color: var(--muted); font-size: 11.5px; line-height: 1.35; }
    td b { font-weight: 700; }
    td .none, .muted { color: var(--muted); }
    svg.swatch, .key svg { display: inline-block; margin-right: 8px; vertical-align: -1px; overflow: hidden; }
    .row { display: flex; flex-wrap: wrap; gap: 24px 18px; align-items: flex-start; }
    .row.tight { gap: 12px 0; } .row > .note { max-width: 40ch; }
    figure { margin: 0; } figcaption { color: var(--muted); font-size: 12.5px; line-height: 1.45; max-width: 60ch; }
    .cell { width: 256px; } .cell h3 { padding-left: 40px; } .cell figcaption { padding-left: 40px; }
    .legend { margin: 0 0 10px; font-size: 13px; display: flex; flex-wrap: wrap; gap: 4px 20px; }
    .key { white-space: nowrap; }
    .key i { display: inline-block; width: 13px; height: 11px; margin-right: 7px; vertical-align: -1px; }
    svg { display: block; max-width: 100%; height: auto; overflow: visible; }
    /* In a table, a maximum in percent would count as a width of zero. */
    svg.swatch { max-width: none; }
    /* Two pictures of curves fill a wide page. */
    .row:not(.tight) > svg { flex: 0 1 526px; min-width: min(100%, 440px); }
    .single > svg { width: 100%; max-width: 680px; }
    .row + h3 { margin-top: 34px; }
    \(pictureStyle)
    .count-key { background: var(--count); } .outline-key { border: 2px solid var(--s2); }
    .set { margin: 26px 0 8px; font-size: 15px; } .set .muted { font-weight: 400; } .slopes { margin-top: 34px; }
    table.dense { font-size: 13px; } .dense td, .dense th:not(.words) { padding-left: 9px; }
    .dense td small { font-size: 10.5px; }
    .dense td.start, .dense th.start { padding-left: 22px; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 28px; margin: 0; font-size: 14px; }
    dt { font-weight: 500; } dd { margin: 0; color: var(--muted); max-width: 84ch; }
    @media (max-width: 600px) {
      body { padding: 28px 16px 48px; } h1 { font-size: 27px; } dl { display: block; } dd { margin-bottom: 8px; }
    }
    code { font-family: "JetBrains Mono", "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 12.5px;
      overflow-wrap: anywhere; }
    /* The print rules come last: of rules with equal specificity the last one wins. */
    @page { size: landscape; margin: 12mm; }
    @media print {
      :root {
        --paper: #fff; --ink: #000; --muted: #444; --rule: #bbb; --grid: #e4e4e4; --panel: #fff; --shade: #fff;
        --s0: #75726a; --s1: #1e57d3; --s2: #a93a19; --s3: #0ba859; --s4: #9b54ae; --s5: #be8a00; --s6: #5b1a4a;
        --over: #eda873; --under: #82b1ea; --bar: #d9d5cb; --count: #a8a399;
        --shared: #b9b4a8; --within: #6aa5e8; --between: #16569f;
      }
      html { background: none; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
      body { padding: 0; max-width: none; font-size: 11px; }
      h1 { font-size: 26px; } h2 { font-size: 18px; } section { margin-bottom: 28px; break-inside: auto; }
      .summary { font-size: 13px; } dl { font-size: 11px; }
      /* A shift test reads dozens of files, and names each of them twice. */
      .paths dd, .paths code { max-width: none; font-size: 8px; line-height: 1.3; }
      figure, tr, svg, .note, .remarks, .row > p { break-inside: avoid; }
      .row:not(.tight) > svg { flex: none; min-width: 0; width: calc(50% - 9px); } .single > svg { max-width: 560px; }
      .row.tight > svg { width: 33.3%; } .cell { width: calc(25% - 14px); }
      h2, h3, .note, .legend, tr.first { break-after: avoid; }
      .wide { overflow: visible; background: none; } .words { position: static; }
      table, table.dense { font-size: 10px; } td small, .dense td small { font-size: 8px; }
      th, td, .dense td, .dense th:not(.words) { padding: 4px 0 4px 10px; }
      .dense td.start, .dense th.start { padding-left: 16px; } .words, .dense .words { padding-left: 0; }
      tr.second .words { padding-left: 18px; }
    }
    """
}
