// What is on a screen of text: cells of a character and its colours, and a cursor. It knows no
// display; whoever has one draws the cells that have changed.
//
// The lines are a ring, so that scrolling moves none of them: the first one is cleared, and is then
// the last.

#ifndef KERNEL_SCREEN_TEXT_H
#define KERNEL_SCREEN_TEXT_H

#include <stdint.h>

#define TEXT_COLUMNS_MAX 160
#define TEXT_ROWS_MAX    64
#define TEXT_CELLS_MAX   (TEXT_COLUMNS_MAX * TEXT_ROWS_MAX)

// Cells are looked at four at a time.
#define TEXT_QUAD 4

// A cell as a VGA has it: the character in bits 7:0, its colour in 11:8, that behind it in 15:12.
#define TEXT_CELL(character, colours) ((uint16_t)((colours) << 8 | (uint8_t)(character)))
#define TEXT_COLOURS                  0x07  // light grey on black

union text_cells {
    uint16_t cells[TEXT_CELLS_MAX];
    uint64_t quads[TEXT_CELLS_MAX / TEXT_QUAD];
};

struct text {
    unsigned columns, rows;  // columns are a multiple of TEXT_QUAD
    unsigned row, column;    // of the cursor; behind the last column it is where a line is full
    uint8_t colours;         // of what comes
    unsigned top;            // the line of the ring that is row 0
    unsigned from, to;  // cells that may have changed, row by row, from row 0; none if from >= to
    union text_cells lines;
};

// An empty screen, cursor in its corner. More columns or rows than there is room for are left out.
void text_reset(struct text *text, unsigned columns, unsigned rows);

// A character at the cursor, which moves on: to the next line when the line is full already.
void text_put(struct text *text, uint8_t character);

// The cursor down; from the last row, everything up.
void text_line_feed(struct text *text);

// The cursor to a row and a column, or to the nearest that there is.
void text_move(struct text *text, int row, int column);

// Empties the cells from one to another, not including that, counted row by row.
void text_erase(struct text *text, unsigned from, unsigned to);

// The number of the cell at the cursor, counted row by row.
unsigned text_cursor(const struct text *text);

// Swaps the colours of the cell at the cursor: that is how one sees it.
void text_cursor_turn(struct text *text);

// The quads of a row.
const uint64_t *text_row(const struct text *text, unsigned row);

#endif
