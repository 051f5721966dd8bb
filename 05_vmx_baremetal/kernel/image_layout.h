// Symbols of hypervisor.ld: where the hypervisor's own sections are. Each begins a page.

#ifndef KERNEL_IMAGE_LAYOUT_H
#define KERNEL_IMAGE_LAYOUT_H

extern const char text_start[], text_end[];      // execute
extern const char rodata_start[], rodata_end[];  // read
extern char data_start[], bss_end[];             // read and write

#endif
