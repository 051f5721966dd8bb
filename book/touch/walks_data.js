// Made by book/tools/record/walks: page walks of guests of stage 05 in Bochs. Numbers are hexadecimal.
bookWalks([
{"name": "The ROM of stage 01: no paging, pages of 4 KiB in EPT", "gva": "0", "cr3": null, "root": "150000", "columns": [
  {"gpa": "0", "ept": ["152007", "153007", "154007", "151037"], "hpa": "151000", "value": "31"}]},
{"name": "The kernel of Linux: a page of 2 MiB, on pages of 2 MiB in EPT", "gva": "ffffffff812e64ca", "cr3": "2a10000", "root": "152000", "columns": [
  {"gpa": "2a10ff8", "ept": ["153007", "154007", "3e000b7"], "hpa": "3e10ff8", "value": "2a15067"},
  {"gpa": "2a15ff0", "ept": ["153007", "154007", "3e000b7"], "hpa": "3e15ff0", "value": "2a16063"},
  {"gpa": "2a16048", "ept": ["153007", "154007", "3e000b7"], "hpa": "3e16048", "value": "12001e3"},
  {"gpa": "12e64ca", "ept": ["153007", "154007", "26000b7"], "hpa": "26e64ca", "value": "41"}]},
{"name": "A program in Linux: pages of 4 KiB, on pages of 2 MiB in EPT", "gva": "4352c5", "cr3": "54b2000", "root": "152000", "columns": [
  {"gpa": "54b2000", "ept": ["153007", "154007", "68000b7"], "hpa": "68b2000", "value": "54d7067"},
  {"gpa": "54d7000", "ept": ["153007", "154007", "68000b7"], "hpa": "68d7000", "value": "54d8067"},
  {"gpa": "54d8010", "ept": ["153007", "154007", "68000b7"], "hpa": "68d8010", "value": "54dc067"},
  {"gpa": "54dc1a8", "ept": ["153007", "154007", "68000b7"], "hpa": "68dc1a8", "value": "3839025"},
  {"gpa": "38392c5", "ept": ["153007", "154007", "4c000b7"], "hpa": "4c392c5", "value": "48"}]}
]);
