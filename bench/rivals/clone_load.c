// Publishes to a hub by the Clone protocol and receives what it publishes, all in one thread, with peers that cost next to nothing.
//
//   gcc -O2 clone_load.c -o clone_load
//   clone_load live PORT SUBSCRIBERS BYTES SECONDS HUB_PID   updates go round; figures of deliveries, all subscribers together
//   clone_load fill PORT KEYS                                one number for each key of 32 bytes; ends when the last one was published
//   clone_load snapshot PORT SUBTREE                         prints how many items came, and in how many seconds
#include "lean.h"
#include "load.h"
#include <assert.h>

#define KEYS 1000
#define MOST_AHEAD 16384

enum { PUBLISHER, SUBSCRIBER, SNAPSHOT };

typedef struct {
    int kind;
    uint64_t received;
} peer_t;

static const char *types[] = {"PUSH", "SUB", "DEALER"};
static measure_t measure;
static const char *subtree = "";
static uint64_t items;
static int is_done, is_live, bytes;

static void publish(connection_t *connection, const char *key, const void *body, size_t size) {
    put_frame(connection, 1, key, strlen(key));
    put_frame(connection, 1, "\0\0\0\0", 4);
    put_frame(connection, 0, body, size);
}

// Where the body of a message of several frames begins.
static const unsigned char *last_frame(const unsigned char *message, size_t size, size_t *length) {
    size_t at = 0, header = 0;
    int flags = 0;
    *length = 0;
    do {
        at += header + *length;
        header = read_header(message + at, size - at, &flags, length);
    } while (flags & 1);
    return message + at + header;
}

static void take(connection_t *connection, const unsigned char *message, size_t size) {
    peer_t *peer = connection->tag;
    peer->received++;
    if (peer->kind == SNAPSHOT) {
        if (message[1] == 7 && !memcmp(message + 2, "KTHXBAI", 7)) is_done = 1;
        else items++;
    } else if (is_live) {
        size_t length;
        uint64_t asked = 0;
        const unsigned char *body = last_frame(message, size, &length);
        assert(length == (size_t) bytes);
        for (int i = 0; i < 16; i++) asked = asked << 4 | (body[i] - 'a');
        measure_answer(&measure, asked, now_ns());
    }
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
        peer_t *peer = connection->tag;
        if (peer->kind == SUBSCRIBER) {
            char topic[256] = {1};
            put_frame(connection, 0, topic, 1 + (size_t) sprintf(topic + 1, "%s", subtree));
        }
    }
    for (;;) {
        size_t end = start, length;
        int flags;
        do {
            size_t header = read_header(input + end, size - end, &flags, &length);
            if (!header || size - end < header + length) return start;
            end += header + length;
        } while (flags & 1);
        if (!(input[start] & 4)) take(connection, input + start, end - start);
        start = end;
    }
}

static connection_t *connect_to(int port, int kind) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {0}};
    if (connect(fd, (void *) &address, sizeof address)) {
        perror("connect");
        exit(1);
    }
    connection_t *connection = connection_new(fd);
    peer_t *peer = connection->tag = calloc(1, sizeof(peer_t));
    peer->kind = kind;
    put_greeting(connection);
    put_ready(connection, types[kind]);
    return connection;
}

static void turn(int patience) {
    struct epoll_event events[256];
    flush_all();
    int ready = epoll_wait(poller, events, 256, patience);
    for (int i = 0; i < ready; i++) {
        connection_t *connection = events[i].data.ptr;
        if (events[i].events & EPOLLOUT) flush(connection);
        if (events[i].events & ~EPOLLOUT && !receive(connection, parse)) {
            fprintf(stderr, "the hub closed a connection\n");
            exit(1);
        }
    }
}

static size_t unsent(connection_t *connection) { return connection->out_end - connection->out_start; }

// Subscriptions take effect when the hub has read them: known when what is published comes back.
static void settle(connection_t *publisher, connection_t **subscribers, int count) {
    for (int met = 0; met < count;) {
        publish(publisher, "/bench/settle", "1", 1);
        for (int i = 0; i < 20; i++) turn(1);
        met = 0;
        for (int i = 0; i < count; i++) met += ((peer_t *) subscribers[i]->tag)->received > 0;
    }
    for (uint64_t last = now_ns(), before = 0; now_ns() - last < 200000000;) {
        uint64_t now = 0;
        turn(10);
        for (int i = 0; i < count; i++) now += ((peer_t *) subscribers[i]->tag)->received;
        if (now != before) last = now_ns();
        before = now;
    }
}

static int live(int port, int count, double seconds, int hub) {
    subtree = "/bench/";
    connection_t *publisher = connect_to(port + 2, PUBLISHER), *subscribers[count];
    for (int i = 0; i < count; i++) subscribers[i] = connect_to(port + 1, SUBSCRIBER);
    settle(publisher, subscribers, count);
    for (int i = 0; i < count; i++) ((peer_t *) subscribers[i]->tag)->received = 0;
    is_live = 1;
    char key[32];
    // Text as most values are; its first 16 letters say when it was sent.
    char body[4096];
    memset(body, 'x', sizeof body);
    measure_init(&measure, seconds, hub);
    for (uint64_t sent = 0, now; measure_goes_on(&measure, now = now_ns());) {
        uint64_t least = UINT64_MAX;
        for (int i = 0; i < count; i++) {
            uint64_t received = ((peer_t *) subscribers[i]->tag)->received;
            if (received < least) least = received;
        }
        for (int i = 0; i < 512 && sent - least < MOST_AHEAD && unsent(publisher) < 65536; i++, sent++) {
            snprintf(key, sizeof key, "/bench/k%03d", (int) (sent % KEYS));
            for (int digit = 0; digit < 16; digit++) body[digit] = 'a' + (now >> (60 - 4 * digit) & 15);
            publish(publisher, key, body, bytes);
        }
        turn(sent - least < MOST_AHEAD && unsent(publisher) < 65536 ? 0 : 1);
    }
    measure_print(&measure);
    return 0;
}

static int fill(int port, long keys) {
    subtree = "/fill/done";
    connection_t *publisher = connect_to(port + 2, PUBLISHER), *subscriber = connect_to(port + 1, SUBSCRIBER);
    char key[64], body[32];
    for (long i = 0; i < keys; i++) {
        snprintf(key, sizeof key, "/fill/some/where/in/key-%08ld", i);
        assert(strlen(key) == 32);
        snprintf(body, sizeof body, "%ld.25", i);
        publish(publisher, key, body, strlen(body));
        while (unsent(publisher) > 1 << 20) turn(1);
    }
    while (((peer_t *) subscriber->tag)->received == 0) {
        publish(publisher, "/fill/done", "1", 1);
        for (int i = 0; i < 10; i++) turn(2);
    }
    return 0;
}

static int snapshot(int port, const char *tree) {
    connection_t *asker = connect_to(port, SNAPSHOT);
    while (asker->state < 2) turn(50);
    uint64_t asked = now_ns();
    put_frame(asker, 1, "ICANHAZ?", 8);
    put_frame(asker, 0, tree, strlen(tree));
    while (!is_done) turn(50);
    printf("{\"items\":%lu,\"seconds\":%.3f}\n", items, (now_ns() - asked) / 1e9);
    return 0;
}

int main(int count, char **arguments) {
    poller = epoll_create1(0);
    const char *what = count > 1 ? arguments[1] : "";
    if (!strcmp(what, "live") && count == 7) {
        bytes = atoi(arguments[4]);
        return live(atoi(arguments[2]), atoi(arguments[3]), atof(arguments[5]), atoi(arguments[6]));
    }
    if (!strcmp(what, "fill") && count == 4) return fill(atoi(arguments[2]), atol(arguments[3]));
    if (!strcmp(what, "snapshot") && count == 4) return snapshot(atoi(arguments[2]), arguments[3]);
    fprintf(stderr, "usage: clone_load live PORT SUBSCRIBERS BYTES SECONDS HUB_PID | fill PORT KEYS | snapshot PORT SUBTREE\n");
    return 2;
}
