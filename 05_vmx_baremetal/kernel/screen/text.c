// The text of text.h.

#include "kernel/screen/text.h"

static unsigned lesser(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned line(const struct text *text, unsigned row)
{
    return (text->top + row) % text->rows;
}

static uint16_t *cell(struct text *text, unsigned row, unsigned column)
{
    return &text->lines.cells[line(text, row) * text->columns + column];
}

static void changed(struct text *text, unsigned from, unsigned to)
{
    if (text->from >= text->to) {
        text->from = from;
        text->to = to;
        return;
    }
    if (from < text->from)
        text->from = from;
    if (to > text->to)
        text->to = to;
}

void text_reset(struct text *text, unsigned columns, unsigned rows)
{
    *text = (struct text){
        .columns = lesser(columns, TEXT_COLUMNS_MAX) / TEXT_QUAD * TEXT_QUAD,
        .rows = lesser(rows, TEXT_ROWS_MAX),
        .colours = TEXT_COLOURS,
    };
    text_erase(text, 0, text->columns * text->rows);
}

void text_put(struct text *text, uint8_t character)
{
    if (text->column == text->columns) {
        text->column = 0;
        text_line_feed(text);
    }
    *cell(text, text->row, text->column) = TEXT_CELL(character, text->colours);
    changed(text, text_cursor(text), text_cursor(text) + 1);
    text->column++;
}

void text_line_feed(struct text *text)
{
    if (text->row + 1 < text->rows) {
        text->row++;
        return;
    }
    text->top = line(text, 1);
    text_erase(text, text->row * text->columns, text->rows * text->columns);
    changed(text, 0, text->rows * text->columns);
}

static unsigned clamp(int value, unsigned count)
{
    return value < 0 ? 0 : lesser((unsigned)value, count - 1);
}

void text_move(struct text *text, int row, int column)
{
    text->row = clamp(row, text->rows);
    text->column = clamp(column, text->columns);
}

void text_erase(struct text *text, unsigned from, unsigned to)
{
    for (unsigned at = from; at < to; at++)
        *cell(text, at / text->columns, at % text->columns) = TEXT_CELL(' ', TEXT_COLOURS);
    changed(text, from, to);
}

unsigned text_cursor(const struct text *text)
{
    return text->row * text->columns + lesser(text->column, text->columns - 1);
}

void text_cursor_turn(struct text *text)
{
    unsigned at = text_cursor(text);
    uint16_t *turned = cell(text, text->row, at % text->columns);

    *turned = (uint16_t)((*turned & 0xFF) | (*turned & 0xF00) << 4 | (*turned >> 4 & 0xF00));
    changed(text, at, at + 1);
}

const uint64_t *text_row(const struct text *text, unsigned row)
{
    return &text->lines.quads[line(text, row) * text->columns / TEXT_QUAD];
}
