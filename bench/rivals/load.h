// What both load generators share: the clock, the broker's processor time, and the line of figures at the end.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_LATENCIES 8000000

static inline uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

// Seconds of processor time that a process has used, all its threads together.
static double processor_seconds(int pid) {
    char path[64], text[2048];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = 0;
    unsigned long user = 0, system = 0;
    // What follows the name, which may hold anything, its last bracket behind it.
    sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return (user + system) / (double) sysconf(_SC_CLK_TCK);
}

// A quarter of the time is for warming up, the rest is measured.
typedef struct {
    int broker;
    uint64_t begins, ends, started;
    double processor;
    uint64_t done, done_before;
    uint32_t *latencies; // tenths of a microsecond
    uint64_t latency_count;
    int measuring;
} measure_t;

static void measure_init(measure_t *measure, double seconds, int broker) {
    memset(measure, 0, sizeof *measure);
    measure->broker = broker;
    measure->begins = now_ns() + (uint64_t) (seconds * 0.25e9);
    measure->ends = measure->begins + (uint64_t) (seconds * 1e9);
    measure->latencies = malloc(MOST_LATENCIES * sizeof(uint32_t));
}

// False when the time is over.
static int measure_goes_on(measure_t *measure, uint64_t now) {
    if (!measure->measuring && now >= measure->begins) {
        measure->measuring = 1;
        measure->processor = processor_seconds(measure->broker);
        measure->done_before = measure->done;
        measure->started = now;
    }
    return now < measure->ends;
}

static void measure_answer(measure_t *measure, uint64_t asked, uint64_t now) {
    measure->done++;
    if (measure->measuring && measure->latency_count < MOST_LATENCIES) {
        measure->latencies[measure->latency_count++] = (uint32_t) ((now - asked) / 100);
    }
}

static int compare_latencies(const void *one, const void *other) {
    uint32_t a = *(const uint32_t *) one, b = *(const uint32_t *) other;
    return a < b ? -1 : a > b;
}

// One line of JSON: requests/s, median and 99th percentile in µs, the broker's processor time for a request in µs.
static void measure_print(measure_t *measure) {
    double seconds = (now_ns() - measure->started) / 1e9;
    double processor = processor_seconds(measure->broker) - measure->processor;
    uint64_t done = measure->done - measure->done_before, count = measure->latency_count;
    qsort(measure->latencies, count, sizeof(uint32_t), compare_latencies);
    printf("{\"rate\":%.0f,\"p50\":%.1f,\"p99\":%.1f,\"cost\":%.3f}\n", done / seconds,
        count ? measure->latencies[count / 2] / 10.0 : 0, count ? measure->latencies[count * 99 / 100] / 10.0 : 0,
        done ? processor * 1e6 / done : 0);
    fflush(stdout);
}
