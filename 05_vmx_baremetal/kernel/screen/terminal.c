// The terminal of terminal.h.

#include "kernel/screen/terminal.h"

#define ESCAPE        0x1B
#define BELL          0x07
#define TAB           8  // columns
#define DELETE        0x7F
#define PARAMETER_MAX 999

static void control_character(struct text *text, uint8_t byte)
{
    int row = (int)text->row, column = (int)text->column;

    switch (byte) {
    case '\b': text_move(text, row, column - 1); break;
    case '\t': text_move(text, row, (column / TAB + 1) * TAB); break;
    case '\r': text_move(text, row, 0); break;
    case '\n':  // to the left, too: SeaBIOS's log has no other line ends, and those of Linux don't
                // mind
        text_move(text, row, 0);
        text_line_feed(text);
        break;
    default: break;  // a bell that nobody hears, a zero that fills time
    }
}

// Colours (ECMA-48, "SGR - Select graphic rendition"). Their bits are blue, green, red from the
// left there, and red, green, blue in a VGA.
static void select_colours(struct text *text, unsigned code)
{
    static const uint8_t vga[8] = {0, 4, 2, 6, 1, 5, 3, 7};
    uint8_t front = text->colours & 0x0F, back = text->colours >> 4;

    switch (code) {
    case 0:
    case 27:
        front = TEXT_COLOURS & 0x0F;
        back = TEXT_COLOURS >> 4;
        break;
    case 1: front |= 8; break;
    case 22: front &= 7; break;
    case 7:  // the other way around: black on light grey, whatever the colours were
        front = 0;
        back = TEXT_COLOURS & 0x0F;
        break;
    case 39: front = TEXT_COLOURS & 0x0F; break;
    case 49: back = TEXT_COLOURS >> 4; break;
    default:
        if (code >= 30 && code <= 37)
            front = (front & 8) | vga[code - 30];
        if (code >= 90 && code <= 97)
            front = 8 | vga[code - 90];
        if (code >= 40 && code <= 47)
            back = vga[code - 40];
    }
    text->colours = (uint8_t)(back << 4 | front);
}

// What 0, 1 and 2 mean behind J for the screen, and behind K for the line that begins at `start`.
static void erase(struct text *text, unsigned how, unsigned start, unsigned end)
{
    unsigned cursor = text_cursor(text);

    if (how == 0)
        text_erase(text, cursor, end);
    else if (how == 1)
        text_erase(text, start, cursor + 1);
    else if (how == 2)
        text_erase(text, start, end);
}

static void cursor_save(struct terminal *terminal)
{
    terminal->saved_row = terminal->text.row;
    terminal->saved_column = terminal->text.column;
}

static void cursor_restore(struct terminal *terminal)
{
    text_move(&terminal->text, (int)terminal->saved_row, (int)terminal->saved_column);
}

// The letter that ends a sequence of ESC [ and parameters.
static void control_sequence(struct terminal *terminal, uint8_t letter)
{
    struct text *text = &terminal->text;
    const unsigned *parameters = terminal->parameters;
    int row = (int)text->row, column = (int)text->column;
    int first = parameters[0] ? (int)parameters[0] : 1;
    int second = parameters[1] ? (int)parameters[1] : 1;
    unsigned line = text->row * text->columns;

    switch (letter) {
    case 'A': text_move(text, row - first, column); break;
    case 'B': text_move(text, row + first, column); break;
    case 'C': text_move(text, row, column + first); break;
    case 'D': text_move(text, row, column - first); break;
    case 'G': text_move(text, row, first - 1); break;
    case 'd': text_move(text, first - 1, column); break;
    case 'H':
    case 'f': text_move(text, first - 1, second - 1); break;
    case 'J': erase(text, parameters[0], 0, text->rows * text->columns); break;
    case 'K': erase(text, parameters[0], line, line + text->columns); break;
    case 'm':
        for (unsigned i = 0; i <= terminal->count && i < TERMINAL_PARAMETERS; i++) {
            if (parameters[i] == 38 || parameters[i] == 48)
                break;  // one colour of many, by numbers that have no meaning of their own
            select_colours(text, parameters[i]);
        }
        break;
    case 's': cursor_save(terminal); break;
    case 'u': cursor_restore(terminal); break;
    default: break;  // such as n, a question: nobody waits for the answer
    }
}

// A byte behind ESC [. A question mark and the like begin parameters that are private to somebody:
// the letter behind them means something else, and nothing here.
static void parameter(struct terminal *terminal, uint8_t byte)
{
    unsigned *number = &terminal->parameters[terminal->count % TERMINAL_PARAMETERS];

    if (byte >= '0' && byte <= '9') {
        if (terminal->count < TERMINAL_PARAMETERS && *number <= PARAMETER_MAX / 10)
            *number = *number * 10 + byte - '0';
    } else if (byte == ';' || byte == ':') {
        if (terminal->count < TERMINAL_PARAMETERS)
            terminal->count++;
    } else if (byte < '@') {
        terminal->state = TERMINAL_PRIVATE;
    } else {
        terminal->state = TERMINAL_TEXT;
        control_sequence(terminal, byte);
    }
}

// A byte behind ESC.
static void escape(struct terminal *terminal, uint8_t byte)
{
    if (byte == '[') {
        terminal->state = TERMINAL_CONTROL;
        terminal->count = 0;
        for (unsigned i = 0; i < TERMINAL_PARAMETERS; i++)
            terminal->parameters[i] = 0;
    } else if (byte == ']' || byte == 'P' || byte == '^' || byte == '_') {
        terminal->state = TERMINAL_STRING;
    } else if (byte >= '0') {  // below, it is one of two
        terminal->state = TERMINAL_TEXT;
        if (byte == '7')
            cursor_save(terminal);
        if (byte == '8')
            cursor_restore(terminal);
    }
}

static void interpret(struct terminal *terminal, uint8_t byte)
{
    if (byte == ESCAPE) {
        terminal->state = TERMINAL_ESCAPE;
    } else if (terminal->state == TERMINAL_STRING) {
        if (byte == BELL)
            terminal->state = TERMINAL_TEXT;
    } else if (byte < ' ') {
        control_character(&terminal->text, byte);
    } else if (terminal->state == TERMINAL_ESCAPE) {
        escape(terminal, byte);
    } else if (terminal->state == TERMINAL_CONTROL) {
        parameter(terminal, byte);
    } else if (terminal->state == TERMINAL_PRIVATE) {
        if (byte >= '@')
            terminal->state = TERMINAL_TEXT;
    } else if (byte != DELETE &&
               (byte & 0xC0) != 0x80) {  // of UTF-8, the first byte stands for all
        text_put(&terminal->text, byte < DELETE ? byte : '?');
    }
}

void terminal_reset(struct terminal *terminal, unsigned columns, unsigned rows)
{
    terminal->state = TERMINAL_TEXT;
    terminal->saved_row = terminal->saved_column = 0;
    text_reset(&terminal->text, columns, rows);
    text_cursor_turn(&terminal->text);
}

void terminal_put(struct terminal *terminal, uint8_t byte)
{
    text_cursor_turn(&terminal->text);
    interpret(terminal, byte);
    text_cursor_turn(&terminal->text);
}
