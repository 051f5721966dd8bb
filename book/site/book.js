// What the pages do by themselves: the menu on a phone, light or dark, what is on this page, buttons that copy,
// the arrow keys, and the search. Everything works from the file system, so the search's index is a script that is
// loaded when it is needed.

"use strict";

(function () {
    const root = document.currentScript.dataset.root;
    const nav = document.getElementById("contents");
    const menu = document.getElementById("menu");
    const query = document.getElementById("query");
    const results = document.getElementById("results");

    const html = document.documentElement;
    const keep = (name, value) => {
        html.dataset[name] = value;
        try { localStorage.setItem(name, value); } catch (e) { /* not from this file system */ }
    };

    // The contents: beside the text until they are closed for good, or, where there is no room, above it when asked for.
    const beside = matchMedia("(min-width: 60.01rem)");
    function contents(open) {
        if (beside.matches)
            keep("contents", open ? "" : "closed");
        else
            nav.classList.toggle("open", open);
        told();
    }
    const shown = () => beside.matches ? html.dataset.contents !== "closed" : nav.classList.contains("open");
    const told = () => menu.setAttribute("aria-expanded", shown());
    menu.addEventListener("click", () => contents(!shown()));
    beside.addEventListener("change", told);
    told();

    document.getElementById("theme").addEventListener("click", () => {
        const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
        const now = html.dataset.theme || system;
        keep("theme", now === "dark" ? "light" : "dark");
    });

    const make = (tag, values, ...children) => {
        const element = Object.assign(document.createElement(tag), values);
        element.append(...children);
        return element;
    };

    const current = nav.querySelector("[aria-current]");  // none on the cover and in the code

    // Under the title of a chapter: how long it takes, at the pace of book/tools/chapters, and its headings.
    function opening() {
        const title = document.querySelector("main > h1");
        const headings = [...document.querySelectorAll("main > h2[id], main > h3[id]")];
        if (!title || !current || headings.length < 4)
            return;
        const words = [...document.querySelectorAll("main > p, main > ul, main > ol, main > table")]
            .reduce((sum, part) => sum + part.textContent.split(/\s+/).length, 0);
        const lines = [...document.querySelectorAll("main pre")]
            .reduce((sum, pre) => sum + pre.textContent.split("\n").length, 0);
        const list = make("ul");
        let inner = list;
        for (const heading of headings) {
            const item = make("li", {}, make("a", {href: "#" + heading.id, textContent: heading.textContent}));
            if (heading.tagName === "H2")
                list.append(item);
            else if (list.lastChild)
                (list.lastChild.querySelector("ul") || list.lastChild.appendChild(make("ul"))).append(item);
        }
        title.after(
            make("p", {className: "minutes", textContent:
                "About " + 5 * Math.ceil((words / 180 + lines / 15) / 5) + " minutes to read"}),
            make("details", {className: "on-this-page", open: matchMedia("(min-width: 100rem)").matches}, make("summary", {textContent: "On this page"}), list));
    }

    // A link to each section, to be copied.
    function anchors() {
        for (const heading of document.querySelectorAll("main :is(h2, h3, h4)[id]"))
            heading.append(" ", make("a", {className: "anchor", href: "#" + heading.id, textContent: "#", ariaLabel: "Link to this section"}));
    }

    // Of a transcript, what is typed; of anything else, all.
    function copied(pre) {
        const typed = [...pre.querySelectorAll("b")].map((b) => b.textContent.replace(/^[$#] /, ""));
        return pre.classList.contains("console") ? typed.join("\n") : pre.innerText;
    }
    function copyButtons() {
        for (const pre of document.querySelectorAll("main pre:not(.text):not(.numberSource)")) {
            const button = make("button", {type: "button", textContent: "Copy"});
            const around = make("div", {className: "copied"});
            button.addEventListener("click", async () => {
                try {
                    await navigator.clipboard.writeText(copied(pre));
                    button.textContent = "Copied";
                } catch (e) {  // not allowed here: select it instead
                    getSelection().selectAllChildren(pre);
                    button.textContent = "Selected";
                }
                setTimeout(() => { button.textContent = "Copy"; }, 1500);
            });
            pre.before(around);
            around.append(pre, button);
        }
    }

    // A drawing that is too wide becomes smaller, as long as it can be read; what is left scrolls. A table becomes a list
    // of its rows, where a phone shows it.
    const phone = matchMedia("(max-width: 40rem)");
    function fit() {
        for (const pre of document.querySelectorAll("main pre")) {
            pre.style.fontSize = "";
            if (pre.classList.contains("text") && pre.scrollWidth > pre.clientWidth) {
                const style = getComputedStyle(pre);
                const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
                const smaller = (pre.clientWidth - padding) / (pre.scrollWidth - padding);
                const size = Math.floor(10 * smaller * parseFloat(style.fontSize)) / 10;
                pre.style.fontSize = (size < 7 ? 9 : size) + "px";
            }
            const scrolls = pre.classList.toggle("scrolls", pre.scrollWidth > pre.clientWidth + 1);
            if (scrolls)  // by keys, too
                pre.tabIndex = 0;
            else
                pre.removeAttribute("tabindex");
        }
        for (const table of document.querySelectorAll("main table")) {
            table.classList.remove("rows");
            const wide = table.scrollWidth > table.clientWidth + 1;
            table.classList.toggle("rows", wide && phone.matches);
            table.classList.toggle("scrolls", wide && !phone.matches);
        }
    }
    // Sentences in a narrow table get room; what has no spaces needs none. In a list of rows each says which column it is.
    function cells() {
        for (const cell of document.querySelectorAll("main td")) {
            cell.classList.toggle("sentence", cell.textContent.length > 36 && cell.textContent.includes(" "));
            const head = cell.closest("table").querySelectorAll("thead th")[cell.cellIndex];
            cell.dataset.head = head && cell.cellIndex > 0 ? head.textContent : "";
        }
    }
    opening();
    anchors();
    copyButtons();
    cells();
    fit();
    addEventListener("resize", fit);

    let index = null;
    window.bookIndex = (entries) => {
        index = entries.map(([page, section, url, text]) =>
            ({page, section, url, text, lower: (page + " " + section + " " + text).toLowerCase()}));
        search();
    };
    function load() {
        if (document.getElementById("index"))
            return;
        const script = document.createElement("script");
        script.id = "index";
        script.src = root + "search.js";
        document.head.append(script);
    }

    // The sections that have all words: first those that have them in a heading, then those that say them most, as a whole word.
    function search() {
        const words = query.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
        results.replaceChildren();
        results.hidden = words.length === 0;
        if (words.length === 0)
            return;
        if (!index) {
            load();
            return;
        }
        const found = index.filter((entry) => words.every((word) => entry.lower.includes(word)));
        const whole = words.map((word) => new RegExp("(?<!\\w)" + escaped(word) + "(?!\\w)", "g"));
        const rank = (entry) => words.reduce((sum, word, i) => sum +
            ((entry.page + " " + entry.section).toLowerCase().includes(word) ? 10 : 0) +
            Math.min(9, (entry.lower.match(whole[i]) || []).length), 0);
        const ranks = new Map(found.map((entry) => [entry, rank(entry)]));
        found.sort((a, b) => ranks.get(b) - ranks.get(a));
        for (const entry of found.slice(0, 30))
            results.append(item(entry, words));
        if (found.length === 0)
            results.append(Object.assign(document.createElement("li"), {textContent: "Nothing has all these words."}));
    }

    function item(entry, words) {
        const li = document.createElement("li");
        const a = document.createElement("a");
        const small = document.createElement("small");
        const [path, anchor] = entry.url.split("#");
        a.href = root + path + "?find=" + encodeURIComponent(words.join(" ")) + (anchor ? "#" + anchor : "");
        a.textContent = entry.section && entry.section !== entry.page
            ? entry.page + ": " + entry.section : entry.page;
        const at = Math.max(0, entry.text.toLowerCase().indexOf(words[0]));
        const start = at < 40 ? 0 : entry.text.indexOf(" ", at - 40) + 1;
        const end = entry.text.indexOf(" ", start + 120);
        small.append((start > 0 ? "… " : "") + (end < 0 ? entry.text.slice(start) : entry.text.slice(start, end) + " …"));
        emphasise(small, words);
        a.append(small);
        li.append(a);
        return li;
    }

    const escaped = (word) => word.replace(/[^\w\s]/g, "\\$&");

    // Marks the words wherever they are in the text of an element.
    function emphasise(element, words) {
        const pattern = new RegExp("(" + words.map(escaped).join("|") + ")", "i");
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        const texts = [];
        while (walker.nextNode())
            texts.push(walker.currentNode);
        for (const text of texts) {
            const parts = text.data.split(pattern);  // every second one is a word
            if (parts.length > 1)
                text.replaceWith(...parts.map((part, i) => i % 2 ? make("mark", {textContent: part}) : part));
        }
    }

    query.addEventListener("input", search);
    query.addEventListener("focus", load, {once: true});
    query.addEventListener("keydown", (event) => {
        const first = results.querySelector("a");
        if (event.key === "Enter" && first)
            first.click();
        if (event.key === "Escape") {
            query.value = "";
            query.blur();
            search();
        }
    });
    document.addEventListener("keydown", (event) => {
        if (["/", "s"].includes(event.key) && event.target === document.body && !event.altKey && !event.ctrlKey && !event.metaKey) {
            event.preventDefault();
            contents(true);
            query.focus();
        }
        const rel = {ArrowLeft: "prev", ArrowRight: "next"}[event.key];
        const to = rel && document.querySelector(`footer a[rel="${rel}"]`);
        if (to && event.target === document.body && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey)
            to.click();
    });

    // A hit of the search: the first word in its section is what the reader looks for.
    const find = new URLSearchParams(location.search).get("find");
    if (find) {
        emphasise(document.getElementById("content"), find.split(" "));
        const section = document.getElementById(decodeURIComponent(location.hash.slice(1)));
        const hit = [...document.querySelectorAll("main mark")].find((mark) =>
            !section || section.contains(mark) || section.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING);
        if (hit)
            hit.scrollIntoView({block: "center"});
    }

    // index.html?q=words is a search that can be linked to.
    const asked = new URLSearchParams(location.search).get("q");
    if (asked) {
        query.value = asked;
        contents(true);
        search();
    }
    if (current)  // scrollIntoView() would move the page as well
        nav.scrollTop = current.offsetTop - nav.clientHeight / 2;
})();
