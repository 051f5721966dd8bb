// What the pages do by themselves: the menu on a phone, light or dark, and the search. Everything works
// from the file system, so the search's index is a script that is loaded when it is needed.

"use strict";

(function () {
    const root = document.currentScript.dataset.root;
    const nav = document.getElementById("contents");
    const menu = document.getElementById("menu");
    const query = document.getElementById("query");
    const results = document.getElementById("results");

    menu.addEventListener("click", () => {
        menu.setAttribute("aria-expanded", nav.classList.toggle("open"));
    });

    document.getElementById("theme").addEventListener("click", () => {
        const html = document.documentElement;
        const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
        const now = html.dataset.theme || system;
        html.dataset.theme = now === "dark" ? "light" : "dark";
        try { localStorage.setItem("theme", html.dataset.theme); } catch (e) { /* not from this file system */ }
    });

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

    // The sections that have all words, those with one in a heading first.
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
        const rank = (entry) => words.filter((word) =>
            (entry.page + " " + entry.section).toLowerCase().includes(word)).length;
        found.sort((a, b) => rank(b) - rank(a));
        for (const entry of found.slice(0, 30))
            results.append(item(entry, words));
        if (found.length === 0)
            results.append(Object.assign(document.createElement("li"), {textContent: "Nothing has all these words."}));
    }

    function item(entry, words) {
        const li = document.createElement("li");
        const a = document.createElement("a");
        const small = document.createElement("small");
        a.href = root + entry.url;
        a.textContent = entry.section && entry.section !== entry.page
            ? entry.page + ": " + entry.section : entry.page;
        const at = Math.max(0, entry.text.toLowerCase().indexOf(words[0]));
        const start = at < 40 ? 0 : entry.text.indexOf(" ", at - 40) + 1;
        emphasise(small, entry.text.slice(start, start + 120), words[0]);
        a.append(small);
        li.append(a);
        return li;
    }

    function emphasise(parent, text, word) {
        const at = text.toLowerCase().indexOf(word);
        if (at < 0) {
            parent.append(text);
            return;
        }
        const mark = document.createElement("mark");
        mark.textContent = text.slice(at, at + word.length);
        parent.append(text.slice(0, at), mark, text.slice(at + word.length));
    }

    query.addEventListener("input", search);
    query.addEventListener("focus", load, {once: true});
    document.addEventListener("keydown", (event) => {
        if (event.key === "/" && event.target === document.body) {
            event.preventDefault();
            query.focus();
        }
    });

    // search.html?q=words is a search that can be linked to.
    const asked = new URLSearchParams(location.search).get("q");
    if (asked) {
        query.value = asked;
        nav.classList.add("open");
        search();
    }
    const current = nav.querySelector("[aria-current]");
    if (current)  // scrollIntoView() would move the page as well
        nav.scrollTop = current.offsetTop - nav.clientHeight / 2;
})();
