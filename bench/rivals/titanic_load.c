// Gives a hub durable requests, each CLIENT with WINDOW of them unacknowledged, all in one thread. The service they are for is offered by
// nobody, so they stay: what is measured is the acceptance. An acceptance is [200][id].
//
//   gcc -O2 titanic_load.c -o titanic_load
//   titanic_load PORT CLIENTS WINDOW BYTES SECONDS HUB_PID
#include "lean.h"
#include "load.h"
#include <assert.h>

#define MOST_WAITING 4096

typedef struct {
    uint64_t asked[MOST_WAITING]; // acknowledgements come in the order of the requests
    unsigned first, next;
} client_t;

static measure_t measure;
static char *body;
static int bytes;

static void request(connection_t *connection) {
    client_t *client = connection->tag;
    client->asked[client->next++ % MOST_WAITING] = now_ns();
    put_frame(connection, 1, "", 0);
    put_frame(connection, 1, "MDPC01", 6);
    put_frame(connection, 1, "titanic.request", 15);
    put_frame(connection, 1, "bench.nobody", 12);
    put_frame(connection, 0, body, bytes);
}

static void take_answer(connection_t *connection, const unsigned char *message, size_t size) {
    client_t *client = connection->tag;
    size_t at = 0, length = 0, header = 0;
    int flags = 0;
    for (int frame = 0; frame < 4; frame++) {
        at += header + length;
        header = read_header(message + at, size - at, &flags, &length);
    }
    if (length != 3 || memcmp(message + at + header, "200", 3)) {
        fprintf(stderr, "not acknowledged: %.*s\n", (int) length, message + at + header);
        exit(1);
    }
    measure_answer(&measure, client->asked[client->first++ % MOST_WAITING], now_ns());
}

static size_t parse(connection_t *connection, unsigned char *input, size_t size) {
    size_t start = 0;
    if (connection->state == 0) {
        if (size < GREETING_SIZE) return 0;
        start = GREETING_SIZE;
        connection->state = 1;
    }
    if (connection->state == 1) {
        if (size - start < 2 || size - start < 2u + input[start + 1]) return start;
        start += 2 + input[start + 1];
        connection->state = 2;
    }
    for (;;) {
        size_t end = start, length;
        int flags;
        do {
            size_t header = read_header(input + end, size - end, &flags, &length);
            if (!header || size - end < header + length) return start;
            end += header + length;
        } while (flags & 1);
        if (!(input[start] & 4)) take_answer(connection, input + start, end - start);
        start = end;
    }
}

static connection_t *connect_to(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {0}};
    if (connect(fd, (void *) &address, sizeof address)) {
        perror("connect");
        exit(1);
    }
    connection_t *connection = connection_new(fd);
    connection->tag = calloc(1, sizeof(client_t));
    put_greeting(connection);
    put_ready(connection, "DEALER");
    return connection;
}

int main(int count, char **arguments) {
    if (count != 7) {
        fprintf(stderr, "usage: titanic_load PORT CLIENTS WINDOW BYTES SECONDS HUB_PID\n");
        return 2;
    }
    int port = atoi(arguments[1]), clients = atoi(arguments[2]), window = atoi(arguments[3]);
    bytes = atoi(arguments[4]);
    assert(window <= MOST_WAITING);
    body = calloc(1, bytes);
    poller = epoll_create1(0);
    connection_t *peers[clients];
    for (int i = 0; i < clients; i++) peers[i] = connect_to(port);
    flush_all();

    measure_init(&measure, atof(arguments[5]), atoi(arguments[6]));
    struct epoll_event events[256];
    for (uint64_t answered = now_ns();;) {
        int ready = epoll_wait(poller, events, 256, 50);
        uint64_t now = now_ns(), before = measure.done;
        if (!measure_goes_on(&measure, now)) break;
        for (int i = 0; i < ready; i++) {
            connection_t *connection = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) flush(connection);
            if (events[i].events & ~EPOLLOUT && !receive(connection, parse)) {
                fprintf(stderr, "the hub closed a connection\n");
                return 1;
            }
        }
        for (int i = 0; i < clients; i++) {
            client_t *client = peers[i]->tag;
            while (peers[i]->state == 2 && client->next - client->first < (unsigned) window) request(peers[i]);
        }
        flush_all();
        if (measure.done > before) answered = now;
        if (now - answered > 3000000000ull) {
            fprintf(stderr, "no answer for 3 s\n");
            return 1;
        }
    }
    measure_print(&measure);
    return 0;
}
