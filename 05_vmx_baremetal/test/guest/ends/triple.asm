; Raises an exception where there is no handler, and none for that either: a triple fault, in real mode.

        org     0
        bits    16

        lidt    [cs:no_table]
        int3

no_table:
        dw      0
        dd      0
