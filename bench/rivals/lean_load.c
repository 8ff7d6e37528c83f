// Loads a Majordomo broker with clients and workers that cost next to nothing, all in one thread, so that the broker is what limits.
//
//   gcc -O2 lean_load.c -o lean_load
//   lean_load PORT WORKERS CLIENTS WINDOW BYTES SECONDS BROKER_PID
#include "lean.h"
#include "load.h"
#include <assert.h>

typedef struct {
    int works, outstanding, bytes;
} peer_t;

static measure_t measure;
static char service[32], *body;

static void request(connection_t *connection) {
    peer_t *peer = connection->tag;
    uint64_t asked = now_ns();
    memcpy(body, &asked, sizeof asked);
    put_frame(connection, 1, "", 0);
    put_frame(connection, 1, "MDPC01", 6);
    put_frame(connection, 1, service, strlen(service));
    put_frame(connection, 0, body, peer->bytes);
    peer->outstanding++;
}

// A request goes back as the reply: the same bytes, with the other command.
static void answer(connection_t *connection, const unsigned char *message, size_t size) {
    if (message[12] != 2) return;
    unsigned char *out = reserve(connection, size);
    memcpy(out, message, size);
    out[12] = 3;
    commit(connection, size);
}

static void take_answer(connection_t *connection, const unsigned char *message, size_t size) {
    peer_t *peer = connection->tag;
    size_t at = 0, length = 0, header = 0;
    int flags = 0;
    do {
        at += header + length;
        header = read_header(message + at, size - at, &flags, &length);
    } while (flags & 1);
    assert(length == (size_t) peer->bytes);
    uint64_t asked;
    memcpy(&asked, message + at + header, sizeof asked);
    peer->outstanding--;
    measure_answer(&measure, asked, now_ns());
}

static size_t parse(connection_t *connection, unsigned char *bytes, size_t size) {
    peer_t *peer = connection->tag;
    size_t start = 0;
    if (connection->state == 0) {
        if (size < GREETING_SIZE) return 0;
        start = GREETING_SIZE;
        connection->state = 1;
    }
    if (connection->state == 1) {
        if (size - start < 2 || size - start < 2u + bytes[start + 1]) return start;
        start += 2 + bytes[start + 1];
        connection->state = 2;
        if (peer->works) {
            put_frame(connection, 1, "", 0);
            put_frame(connection, 1, "MDPW01", 6);
            put_frame(connection, 1, "\1", 1);
            put_frame(connection, 0, service, strlen(service));
        }
    }
    for (;;) {
        size_t end = start, length;
        int flags;
        do {
            size_t header = read_header(bytes + end, size - end, &flags, &length);
            if (!header || size - end < header + length) return start;
            end += header + length;
        } while (flags & 1);
        if (bytes[start] & 4) {
            // A command: nothing that these peers need.
        } else if (peer->works) {
            answer(connection, bytes + start, end - start);
        } else {
            take_answer(connection, bytes + start, end - start);
        }
        start = end;
    }
}

static connection_t *connect_to(int port, int works, int bytes) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {0}};
    if (connect(fd, (void *) &address, sizeof address)) {
        perror("connect");
        exit(1);
    }
    connection_t *connection = connection_new(fd);
    peer_t *peer = connection->tag = calloc(1, sizeof *peer);
    peer->works = works;
    peer->bytes = bytes;
    put_greeting(connection);
    put_ready(connection, "DEALER");
    return connection;
}

int main(int count, char **arguments) {
    if (count != 8) {
        fprintf(stderr, "usage: lean_load PORT WORKERS CLIENTS WINDOW BYTES SECONDS BROKER_PID\n");
        return 2;
    }
    int port = atoi(arguments[1]), workers = atoi(arguments[2]), clients = atoi(arguments[3]);
    int window = atoi(arguments[4]), bytes = atoi(arguments[5]);
    snprintf(service, sizeof service, "echo%d", getpid());
    body = calloc(1, bytes < 8 ? 8 : bytes);
    poller = epoll_create1(0);
    connection_t *peers[workers + clients];
    for (int i = 0; i < workers + clients; i++) peers[i] = connect_to(port, i < workers, bytes);
    flush_all();

    // Requests begin when the workers have had the time to register.
    uint64_t begin = now_ns() + 300000000;
    int begun = 0;
    struct epoll_event events[256];
    for (uint64_t answered = now_ns();;) {
        int ready = epoll_wait(poller, events, 256, 50);
        uint64_t now = now_ns(), before = measure.done;
        if (!begun && now >= begin) {
            begun = 1;
            measure_init(&measure, atof(arguments[6]), atoi(arguments[7]));
        }
        if (begun && !measure_goes_on(&measure, now)) break;
        for (int i = 0; i < ready; i++) {
            connection_t *connection = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) flush(connection);
            if (events[i].events & ~EPOLLOUT && !receive(connection, parse)) {
                fprintf(stderr, "the broker closed a connection\n");
                return 1;
            }
        }
        for (int i = workers; begun && i < workers + clients; i++) {
            while (((peer_t *) peers[i]->tag)->outstanding < window) request(peers[i]);
        }
        flush_all();
        if (!begun || measure.done > before) answered = now;
        if (now - answered > 3000000000ull) {
            fprintf(stderr, "no answer for 3 s\n");
            return 1;
        }
    }
    measure_print(&measure);
    return 0;
}
