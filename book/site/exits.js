// The exits of real runs: a strip of how many there were of what, and below it the rows, to scroll, filter and click. The data
// call bookExits(); the listings of the handlers are in the page.

"use strict";

(function () {
    const place = document.getElementById("exits");
    const make = (tag, values, ...children) => {
        const element = Object.assign(document.createElement(tag), values);
        element.append(...children);
        return element;
    };
    const colours = 7;  // .kind-0 to .kind-6 in style.css
    const number = (n) => n.toLocaleString("en-GB");
    const order = "rip rflags rax rbx rcx rdx rsi rdi rbp rsp cs cr0 cr3 efer".split(" ");

    window.bookExits = (stages) => {
        const choice = make("select", {id: "exits-stage"}, ...stages.map((stage, i) =>
            make("option", {value: i, textContent: stage.stage + ": " + stage.guest})));
        const device = make("select", {id: "exits-device"});
        const what = make("select", {id: "exits-what"});
        const summary = make("p", {className: "summary"});
        summary.setAttribute("aria-live", "polite");
        const strip = make("div", {className: "strip"});
        const list = make("ol", {className: "rows", tabIndex: 0, title: "The arrow keys go up and down",
            ariaLabel: "Exits: the arrow keys go up and down"});
        const detail = make("div", {className: "detail"});
        detail.setAttribute("aria-live", "polite");
        place.replaceChildren(
            make("div", {className: "controls"}, label("Run", choice), label("Who answers", device), label("Reason and port", what)),
            strip, summary, make("div", {className: "panes"}, list, detail));

        let stage, rows, chosen;
        choice.addEventListener("change", show);
        device.addEventListener("change", () => { options(what, kinds().filter(wantedDevice)); filter(); });
        what.addEventListener("change", filter);
        list.addEventListener("keydown", (event) => {
            const visible = [...list.children].filter((item) => !item.hidden && item.row);
            const at = visible.indexOf(chosen);
            const to = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: visible.length - 1}[event.key];
            if (to === undefined)
                return;
            event.preventDefault();
            if (visible[to])
                choose(visible[to]);
        });
        show();

        function label(text, input) {
            return make("label", {}, text + " ", input);
        }
        function options(select, names) {
            select.replaceChildren(make("option", {value: "", textContent: "all"}),
                ...names.map((name) => make("option", {value: name, textContent: nice(name)})));
        }
        // out:3f8 is "out 3F8h"; I/O_instruction is "I/O instruction".
        function nice(kind) {
            return kind.replace(/_/g, " ").replace(/:(\w+)/, (all, port) => /^(in|out):/.test(kind) ? " " + port.toUpperCase() + "h" : " " + port);
        }
        function answer(kind) {
            return stage.answers[kind] || ["nobody", kind.startsWith("out") ? "port_out" : "port_in"];
        }
        function kinds() {
            return [...new Set([...stage.over.flatMap((bin) => Object.keys(bin)), ...stage.rows.flatMap((row) => (row[1] || "").split(" "))])]
                .filter((kind) => kind !== "").sort();
        }
        function group(kind) {  // what has a colour: in stage 05 the reason
            return stage.stage.startsWith("05") ? nice(kind) : answer(kind)[0];
        }
        function wantedDevice(kind) {
            return device.value === "" || group(kind) === device.value;
        }
        function wanted(kind) {
            return wantedDevice(kind) && (what.value === "" || kind === what.value);
        }

        // Stage 01 writes a letter at a time.
        function readable(kind, data) {
            const letter = kind === "out:1" && parseInt(data, 16);
            return letter > 0x20 && letter < 0x7f ? data + " '" + String.fromCharCode(letter) + "'" : data;
        }

        // A run: its rows get the registers that the data only give where they change.
        function show() {
            stage = stages[choice.value || 0];
            let registers = {};
            let first = 1;
            rows = stage.rows.map(([count, kind, data, changed]) => {
                const before = registers;
                for (const pair of (changed || "").split(" ").filter((text) => text !== "")) {
                    const [name, value] = pair.split("=");
                    registers = {...registers, [name]: value};
                }
                const row = {count, kinds: kind ? kind.split(" ") : [], data: readable(kind, data), registers, before, first};
                first += count;
                return row;
            });
            const groups = [...new Set(kinds().map(group))];
            stage.colour = (kind) => groups.indexOf(group(kind)) % colours;
            options(device, groups);
            options(what, kinds());
            list.replaceChildren(...rows.map(item));
            filter();
        }

        function item(row) {
            if (row.kinds.length === 0)
                return make("li", {className: "gap", textContent: number(row.count) + " exits like these are left out here"});
            const li = make("li", {row},
                make("span", {className: "count", textContent: row.count > 1 ? number(row.count) + " ×" : ""}),
                ...row.kinds.map((kind) => make("span", {className: "kind kind-" + stage.colour(kind), textContent: nice(kind)})),
                make("span", {className: "data", textContent: row.data}));
            li.addEventListener("click", () => { choose(li); list.focus({preventScroll: true}); });
            return li;
        }

        function filter() {
            let shown = 0;
            for (const li of list.children) {
                li.hidden = li.row ? !li.row.kinds.some(wanted) : device.value !== "" || what.value !== "";
                shown += li.row && !li.hidden ? 1 : 0;
            }
            draw();
            const all = stage.over.reduce((sum, bin) => sum + Object.entries(bin)
                .reduce((part, [kind, count]) => part + (wanted(kind) ? count : 0), 0), 0);
            summary.textContent = number(all) + " of " + number(stage.total) + " exits, in " + number(shown) + " rows";
            const first = [...list.children].find((li) => li.row && !li.hidden);
            detail.replaceChildren();
            if (first)
                choose(first, true);
        }

        // A bar for each part of the run, as high as there were exits.
        function draw() {
            const heights = stage.over.map((bin) => Object.values(bin).reduce((sum, count) => sum + count, 0));
            const most = Math.max(...heights);
            strip.replaceChildren(...stage.over.map((bin, i) => {
                const bar = make("button", {type: "button", tabIndex: -1, title: Object.entries(bin)
                    .map(([kind, count]) => number(count) + " " + nice(kind)).join(", ") || "none"});
                for (const [kind, count] of Object.entries(bin).filter(([kind]) => wanted(kind))) {
                    const part = make("span", {className: "kind-" + stage.colour(kind)});
                    part.style.height = 100 * count / most + "%";
                    bar.append(part);
                }
                bar.addEventListener("click", () => scrollTo(i));
                return bar;
            }));
        }
        function scrollTo(bin) {
            const visible = [...list.children].filter((li) => li.row && !li.hidden);
            const exit = 1 + bin * stage.total / stage.over.length;
            const to = stage.stage.startsWith("05")
                ? visible.find((li) => parseFloat(li.row.data.split(" ").pop()) >= bin)
                : visible.find((li) => li.row.first + li.row.count > exit);
            if (to)
                choose(to);
        }

        function choose(li, quiet) {
            if (chosen)
                chosen.removeAttribute("aria-current");
            chosen = li;
            li.setAttribute("aria-current", "true");
            if (!quiet) {  // scrollIntoView() would move the page as well
                if (li.offsetTop < list.scrollTop || li.offsetTop + li.offsetHeight > list.scrollTop + list.clientHeight)
                    list.scrollTop = li.offsetTop - list.clientHeight / 2;
            }
            const row = li.row;
            const registers = Object.entries(row.registers).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
            const exits = row.count === 1 ? "Exit " + number(row.first) : "Exits " + number(row.first) + " to " + number(row.first + row.count - 1);
            detail.replaceChildren(
                make("h2", {textContent: exits + ": " + row.kinds.map(nice).join(", ")}),
                make("p", {textContent: row.data && (registers.length > 0 ? "Written: " : "") + row.data}));
            if (registers.length > 0)
                detail.append(make("dl", {className: "registers"}, ...registers.flatMap(([name, value]) =>
                    [make("dt", {textContent: name}), make("dd", {}, make(name in row.before && row.before[name] !== value ? "mark" : "span", {textContent: value}))])));
            for (const name of new Set(row.kinds.map((kind) => answer(kind)[1])))
                detail.append(handler(name));
        }

        // The listing of a function: of this stage's file if there are several.
        function handler(name) {
            const figures = [...document.querySelectorAll("main figure")].filter((figure) => {
                const caption = figure.querySelector("figcaption");
                return caption && caption.textContent.replace(/^[^:]*:/, "").split(",").some((symbol) => symbol.trim() === name);
            });
            const own = figures.find((figure) => figure.textContent.includes(stage.stage + "/")) || figures[0];
            if (!own)
                return make("p", {textContent: name + "()"});
            const copy = own.cloneNode(true);
            copy.querySelectorAll("button").forEach((button) => button.remove());
            copy.querySelectorAll("pre").forEach((pre) => { pre.tabIndex = 0; });
            copy.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
            return copy;
        }
    };
})();
