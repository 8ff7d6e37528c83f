// How often a second the disk makes one page durable: 4 KiB written over what stands in a file of 16 MiB, then fdatasync, one after the
// other. The limit of whoever acknowledges one thing at a time.
//
//   gcc -O2 disk_rate.c -o disk_rate
//   disk_rate FILE SECONDS
#define _GNU_SOURCE
#include "load.h"
#include <fcntl.h>

#define PAGE 4096
#define PAGES 4096

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: disk_rate FILE SECONDS\n");
        return 2;
    }
    static char page[PAGE];
    int file = open(arguments[1], O_CREAT | O_RDWR | O_TRUNC, 0600);
    for (int i = 0; i < PAGES; i++) {
        if (pwrite(file, page, PAGE, (off_t) i * PAGE) != PAGE) {
            perror(arguments[1]);
            return 1;
        }
    }
    if (fsync(file)) {
        perror("fsync");
        return 1;
    }
    measure_t measure;
    measure_init(&measure, atof(arguments[2]), getpid());
    for (uint64_t done = 0, now = now_ns(); measure_goes_on(&measure, now); done++) {
        uint64_t begun = now;
        memset(page, (int) done, PAGE);
        if (pwrite(file, page, PAGE, (off_t) (done % PAGES) * PAGE) != PAGE || fdatasync(file)) {
            perror("fdatasync");
            return 1;
        }
        now = now_ns();
        measure_answer(&measure, begun, now);
    }
    measure_print(&measure);
    unlink(arguments[1]);
    return 0;
}
