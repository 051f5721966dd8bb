// Made by book/tools/record/walks: page walks of guests of stage 05 in Bochs. Numbers are hexadecimal.
bookWalks([
{"name": "The ROM of stage 01: no paging, pages of 4 KiB in EPT", "gva": "0", "cr3": null, "root": "14b000", "columns": [
  {"gpa": "0", "ept": ["14d007", "14e007", "14f007", "14c037"], "hpa": "14c000", "value": "31"}]},
{"name": "The kernel of Linux: a page of 2 MiB, on pages of 2 MiB in EPT", "gva": "ffffffff8136d44d", "cr3": "2a10000", "root": "14d000", "columns": [
  {"gpa": "2a10ff8", "ept": ["14e007", "14f007", "3c000b7"], "hpa": "3c10ff8", "value": "2a15067"},
  {"gpa": "2a15ff0", "ept": ["14e007", "14f007", "3c000b7"], "hpa": "3c15ff0", "value": "2a16063"},
  {"gpa": "2a16048", "ept": ["14e007", "14f007", "3c000b7"], "hpa": "3c16048", "value": "12001e3"},
  {"gpa": "136d44d", "ept": ["14e007", "14f007", "24000b7"], "hpa": "256d44d", "value": "48"}]},
{"name": "A program in Linux: pages of 4 KiB, on pages of 2 MiB in EPT", "gva": "52aced", "cr3": "54b0000", "root": "14d000", "columns": [
  {"gpa": "54b0000", "ept": ["14e007", "14f007", "66000b7"], "hpa": "66b0000", "value": "54c4067"},
  {"gpa": "54c4000", "ept": ["14e007", "14f007", "66000b7"], "hpa": "66c4000", "value": "54c3067"},
  {"gpa": "54c3010", "ept": ["14e007", "14f007", "66000b7"], "hpa": "66c3010", "value": "54ce067"},
  {"gpa": "54ce950", "ept": ["14e007", "14f007", "66000b7"], "hpa": "66ce950", "value": "38d9025"},
  {"gpa": "38d9ced", "ept": ["14e007", "14f007", "4a000b7"], "hpa": "4ad9ced", "value": "49"}]}
]);
