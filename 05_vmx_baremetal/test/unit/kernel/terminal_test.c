// The terminal: what bytes do to the text. A screen of 3 lines is compared as a whole.

#include "kernel/screen/terminal.h"

#include "common/test/tap.h"

#define COLUMNS 8
#define ROWS    3

static struct terminal terminal;

static uint16_t cell(unsigned row, unsigned column)
{
    return (uint16_t)(text_row(&terminal.text, row)[column / TEXT_QUAD] >> 16 * (column % 4));
}

// The text, with | between lines, and where the cursor is seen.
static const char *seen(void)
{
    static char all[ROWS * (COLUMNS + 1) + 32];
    int count = 0, cursor = -1;

    for (int i = 0; i < ROWS * COLUMNS; i++) {
        uint16_t it = cell((unsigned)i / COLUMNS, (unsigned)i % COLUMNS);

        if (i && i % COLUMNS == 0)
            all[count++] = '|';
        all[count++] = (char)it == ' ' ? '.' : (char)it;
        if (it >> 8 == 0x70)
            cursor = i;
    }
    snprintf(all + count, sizeof(all) - (size_t)count, " %d", cursor);
    return all;
}

static void put(const char *bytes)
{
    for (; *bytes; bytes++)
        terminal_put(&terminal, (uint8_t)*bytes);
}

static void shows(const char *bytes, const char *expected, const char *what)
{
    terminal_reset(&terminal, COLUMNS, ROWS);
    put(bytes);
    is_str(seen(), expected, what);
}

static void test_text(void)
{
    shows("", "........|........|........ 0", "empty");
    shows("abc", "abc.....|........|........ 3", "letters");
    shows("abcdefgh", "abcdefgh|........|........ 7", "a full line: the cursor stays");
    shows("abcdefghi", "abcdefgh|i.......|........ 9", "the next letter begins the next one");
    shows("abcdefgh\r\ni", "abcdefgh|i.......|........ 9", "and a line end is only one");
    shows("a\nb\r\nc", "a.......|b.......|c....... 17", "a line feed goes to the left too");
    shows("a\nb\nc\n", "b.......|c.......|........ 16", "the end of the screen: all moves up");
    shows("1\n2\n3\n4\n5\n6\n7", "5.......|6.......|7....... 17", "and up");
    shows("abc\b\bX", "aXc.....|........|........ 2", "backspace");
    shows("\b\bX", "X.......|........|........ 1", "not beyond the edge");
    shows("a\tb\tc", "a......c|........|........ 7", "tabs, the last one at the edge");
    shows("a\a\177\001b", "ab......|........|........ 2", "no letters");
    shows("\303\244\342\202\254x", "??x.....|........|........ 3", "UTF-8: one mark a character");
}

static void test_sequences(void)
{
    shows("abc\033[2DX", "aXc.....|........|........ 2", "left");
    shows("\033[3CX\033[AY\033[2BZ", "...XY...|........|.....Z.. 22", "right, up, down");
    shows("\033[2;4HX", "........|...X....|........ 12", "to a place");
    shows("\033[HX\033[99;99HY", "X.......|........|.......Y 23", "the corners");
    shows("\033[3dX\033[7GY", "........|........|X.....Y. 23", "a row, a column");
    shows("abcd\033[2G\033[K", "a.......|........|........ 1", "erase the rest of the line");
    shows("abcd\033[2G\033[1K", "..cd....|........|........ 1", "and its beginning");
    shows("abcd\033[2K", "........|........|........ 4", "and all of it");
    shows("a\nb\nc\033[2;1H\033[J", "a.......|........|........ 8", "the rest of the screen");
    shows("a\nb\nc\033[2;1H\033[1J", "........|........|c....... 8", "its beginning");
    shows("a\nb\nc\033[2J", "........|........|........ 17", "all of it");
    shows("a\0337\nb\0338c", "ac......|b.......|........ 2", "the cursor, saved and restored");
    shows("a\033[s\nb\033[uc", "ac......|b.......|........ 2", "in the other way too");
}

static void test_left_out(void)
{
    shows("a\033[6nb", "ab......|........|........ 2", "a question");
    shows("a\033[?25l\033[?7h\033[2 qb", "ab......|........|........ 2", "private modes");
    shows("a\033]0;title\007b", "ab......|........|........ 2", "a title, to a bell");
    shows("a\033]0;title\033\\b", "ab......|........|........ 2", "or to an escape");
    shows("a\033]0;title\033[mb", "ab......|........|........ 2", "or of another sequence");
    shows("a\033(B\033=\033>b", "ab......|........|........ 2", "sequences of two and three");
    shows("ab\033[1\rCX", "aX......|........|........ 2", "a control character inside counts");
    shows("a\033[999999999999;1;1;1;1;1;1;1;1;1;1Hb", "a.......|........|b....... 17",
          "numbers without end");
}

static void test_colours(void)
{
    terminal_reset(&terminal, COLUMNS, ROWS);
    put("\033[31ma\033[1mb\033[44mc\033[md\033[7me\033[0;92mf\033[38;5;1mg\033[39;49mh");
    is_int(cell(0, 0) >> 8, 0x04, "red");
    is_int(cell(0, 1) >> 8, 0x0C, "bright red");
    is_int(cell(0, 2) >> 8, 0x1C, "on blue");
    is_int(cell(0, 3) >> 8, 0x07, "none");
    is_int(cell(0, 4) >> 8, 0x70, "the other way around");
    is_int(cell(0, 5) >> 8, 0x0A, "bright green");
    is_int(cell(0, 6) >> 8, 0x0A, "one of 256 colours is left out, and its number is no colour");
    put("\r");
    is_int(cell(0, 7) >> 8, 0x07, "the standard");
    is_int(cell(0, 0) >> 8, 0x40, "the cursor on a coloured letter");
    put("\033[C");
    is_int(cell(0, 0) >> 8, 0x04, "which has its colour again");
}

static void test_changes(void)
{
    terminal_reset(&terminal, COLUMNS, ROWS);
    terminal.text.from = terminal.text.to = 0;
    put("a");
    is_int(terminal.text.from, 0, "a letter: its cell ...");
    is_int(terminal.text.to, 2, "... and that of the cursor");
    terminal.text.from = terminal.text.to = 0;
    put("\n\n\n");
    is_int(terminal.text.from, 0, "all moves up: all cells ...");
    is_int(terminal.text.to, COLUMNS * ROWS, "... to the last");
    terminal_reset(&terminal, 1000, 1000);
    is_int(terminal.text.columns, TEXT_COLUMNS_MAX, "a large screen: as many columns ...");
    is_int(terminal.text.rows, TEXT_ROWS_MAX, "... and rows as there is room for");
}

int main(void)
{
    test_text();
    test_sequences();
    test_left_out();
    test_colours();
    test_changes();
    return done_testing();
}
