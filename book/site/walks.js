// A page walk of a real guest, step by step: each step is one read of memory. The data call bookWalks(); every address that
// is read is computed here, from the value that was read before.

"use strict";

(function () {
    const place = document.getElementById("walks");
    const make = (tag, values, ...children) => {
        const element = Object.assign(document.createElement(tag), values);
        element.append(...children);
        return element;
    };
    const names = ["PML4E", "PDPTE", "PDE", "PTE"];
    const hex = (value) => value.toString(16).toUpperCase() + "h";
    const big = (text) => BigInt("0x" + text);
    const address = (entry) => entry & 0xffffffffff000n;
    const index = (value, level) => value >> BigInt(39 - 9 * level) & 511n;
    const bits = (level) => (47 - 9 * level) + ":" + (39 - 9 * level);

    // What is read, one after the other: {column, row, title, text}. Level 0 is the PML4.
    function steps(walk) {
        const list = [];
        const gva = big(walk.gva);
        walk.columns.forEach((column, c) => {
            const last = c === walk.columns.length - 1;
            const gpa = big(column.gpa);
            const whose = last ? "the byte" : "the guest's " + names[c];
            let table = big(walk.root);
            column.ept.forEach((text, level) => {
                const value = big(text);
                const leaf = level === 3 || (value & 0x80n) !== 0n;
                list.push({column: c, row: level, at: table + 8n * index(gpa, level), value, title: "EPT's " + names[level] + " for " + whose,
                    text: ["GPA " + hex(gpa) + ", bits " + bits(level) + ": entry " + index(gpa, level) + " of the table at " + hex(table) + ".",
                        "Rights: " + ["read", "write", "execute"].filter((_, i) => value >> BigInt(i) & 1n).join(", ") + ". " + (leaf
                            ? "It ends the walk: a page of " + (level === 3 ? "4 KiB" : level === 2 ? "2 MiB" : "1 GiB") + ", memory type " +
                                (value >> 3n & 7n) + ((value >> 3n & 7n) === 6n ? ", write-back" : "") + ". " + whose[0].toUpperCase() + whose.slice(1) +
                                " is at HPA " + hex(big(column.hpa)) + "."
                            : "The next table is at " + hex(address(value)) + ".")]});
                table = address(value);
            });
            if (last) {
                list.push({column: c, row: 4, at: big(column.hpa), value: big(column.value), title: "The byte itself", end: true,
                    text: ["GVA " + hex(gva) + " is GPA " + hex(gpa) + ", and that is HPA " + hex(big(column.hpa)) + ". The walk took " +
                        list.length + " reads; this is the byte that it was for, the first of the next instruction."]});
            } else {
                const value = big(column.value);
                const leaf = c === 3 || c > 0 && (value & 0x80n) !== 0n;
                list.push({column: c, row: 4, at: big(column.hpa), value, title: "The guest's " + names[c],
                    text: ["GVA " + hex(gva) + ", bits " + bits(c) + ": entry " + index(gva, c) + " of the guest's table at GPA " + hex(gpa & ~0xfffn) + ".",
                        (value & 2n ? "Writable" : "Read-only") + ", " + (value & 4n ? "for programs, too" : "for the kernel only") +
                        (value >> 63n ? ", no code" : "") + ". " + (leaf ? "It ends the guest's walk: a page of " + (c === 3 ? "4 KiB" : c === 2 ? "2 MiB" : "1 GiB") + "."
                            : "The next table is at GPA " + hex(address(value)) + ".")]});
            }
        });
        return list;
    }

    window.bookWalks = (walks) => {
        const choice = make("select", {id: "walk-choice"}, ...walks.map((walk, i) => make("option", {value: i, textContent: walk.name})));
        const back = make("button", {type: "button", textContent: "Back"});
        const next = make("button", {type: "button", textContent: "Next read"});
        const grid = make("div", {className: "grid"});
        const detail = make("div", {className: "detail"});
        detail.setAttribute("aria-live", "polite");
        place.replaceChildren(make("div", {className: "controls"}, make("label", {}, "Guest ", choice), back, next), grid, detail);
        let list, at;
        choice.addEventListener("change", show);
        back.addEventListener("click", () => go(at - 1));
        next.addEventListener("click", () => go(at + 1));
        place.addEventListener("keydown", (event) => {
            const to = event.target !== choice && {ArrowRight: at + 1, ArrowLeft: at - 1}[event.key];
            if (list[to]) {
                event.preventDefault();
                go(to);
            }
        });
        show();

        function show() {
            const walk = walks[choice.value || 0];
            list = steps(walk);
            const heads = walk.columns.map((column, c) => make("div", {className: "head"},
                c === walk.columns.length - 1 ? "the byte" : names[c], make("small", {textContent: "GPA " + hex(big(column.gpa))})));
            grid.style.gridTemplateColumns = "auto repeat(" + walk.columns.length + ", minmax(0, 1fr))";
            grid.replaceChildren(make("div", {className: "head", textContent: ""}), ...heads);
            for (let row = 0; row < 5; row++) {
                grid.append(make("div", {className: "side", textContent: row < 4 ? "EPT " + names[row] : "guest"}));
                for (let column = 0; column < walk.columns.length; column++) {
                    const i = list.findIndex((step) => step.row === row && step.column === column);
                    if (i < 0) {
                        grid.append(make("div", {className: "none", title: "A large page: no read", textContent: "–"}));
                        continue;
                    }
                    const button = make("button", {type: "button", textContent: list[i].end ? "byte" : i + 1});
                    button.addEventListener("click", () => go(i));
                    list[i].button = button;
                    grid.append(button);
                }
            }
            at = 0;
            go(0);
        }

        function go(to) {
            if (to < 0 || to >= list.length)
                return;
            at = to;
            list.forEach((step, i) => {
                step.button.classList.toggle("done", i < at);
                if (i === at)
                    step.button.setAttribute("aria-current", "step");
                else
                    step.button.removeAttribute("aria-current");
            });
            const step = list[at];
            // A button that is going to be disabled would lose the focus.
            if (document.activeElement === (at === 0 ? back : at === list.length - 1 && next))
                step.button.focus({preventScroll: true});
            back.disabled = at === 0;
            next.disabled = at === list.length - 1;
            detail.replaceChildren(
                make("h2", {textContent: (step.end ? "" : "Read " + (at + 1) + ": ") + step.title}),
                make("p", {className: "read"}, "HPA ", make("code", {textContent: hex(step.at)}), step.end ? " holds " : " says ",
                    make("code", {textContent: hex(step.value)})),
                ...step.text.map((text) => make("p", {textContent: text})));
        }
    };
})();
