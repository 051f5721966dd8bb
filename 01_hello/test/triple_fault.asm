; A triple fault: with an empty interrupt table, #UD has no handler, and neither has the fault about
; that, and so on.

        bits 16
        org 0

        lidt [cs:empty]
        ud2

empty:  dw 0                    ; limit
        dd 0                    ; base
