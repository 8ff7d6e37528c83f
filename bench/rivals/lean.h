// The least that speaks ZMTP 3.0 on a readiness loop: connections with an input and an output buffer, one send for each in a round.
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define GREETING_SIZE 64
#define MOST_CONNECTIONS 4096

typedef struct {
    int fd, state; // 0 greeting, 1 READY, 2 messages
    unsigned char *out;
    size_t out_start, out_end, out_size;
    unsigned char *rest; // what is left of the input: the beginning of a message
    size_t rest_length, rest_size;
    int dirty, full;
    void *tag;
} connection_t;

static int poller;
static connection_t *dirty[MOST_CONNECTIONS];
static int dirty_count;

static unsigned char *reserve(connection_t *connection, size_t size) {
    if (connection->out_size - connection->out_end < size) {
        size_t live = connection->out_end - connection->out_start;
        if (connection->out_start >= live && connection->out_size - live >= size) {
            memcpy(connection->out, connection->out + connection->out_start, live);
        } else {
            unsigned char *larger = malloc(connection->out_size = connection->out_size * 2 + live + size);
            memcpy(larger, connection->out + connection->out_start, live);
            free(connection->out);
            connection->out = larger;
        }
        connection->out_start = 0;
        connection->out_end = live;
    }
    return connection->out + connection->out_end;
}

static void commit(connection_t *connection, size_t size) {
    connection->out_end += size;
    if (connection->dirty) return;
    connection->dirty = 1;
    dirty[dirty_count++] = connection;
}

static void put(connection_t *connection, const void *bytes, size_t size) {
    memcpy(reserve(connection, size), bytes, size);
    commit(connection, size);
}

static void put_frame(connection_t *connection, int more, const void *bytes, size_t size) {
    if (size < 256) {
        unsigned char header[2] = {more, size};
        put(connection, header, 2);
    } else {
        unsigned char header[9] = {2 | more, 0, 0, 0, 0, size >> 24, size >> 16, size >> 8, size};
        put(connection, header, 9);
    }
    put(connection, bytes, size);
}

static void watch(connection_t *connection, int operation, uint32_t events) {
    struct epoll_event event = {events, {.ptr = connection}};
    epoll_ctl(poller, operation, connection->fd, &event);
}

static void flush(connection_t *connection) {
    while (connection->out_start < connection->out_end) {
        ssize_t sent = send(connection->fd, connection->out + connection->out_start,
            connection->out_end - connection->out_start, MSG_NOSIGNAL);
        if (sent < 0) {
            if (!connection->full) watch(connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            connection->full = 1;
            return;
        }
        connection->out_start += sent;
    }
    connection->out_start = connection->out_end = 0;
    if (connection->full) watch(connection, EPOLL_CTL_MOD, EPOLLIN);
    connection->full = 0;
}

static void flush_all(void) {
    for (int i = 0; i < dirty_count; i++) {
        dirty[i]->dirty = 0;
        if (!dirty[i]->full) flush(dirty[i]);
    }
    dirty_count = 0;
}

static void put_greeting(connection_t *connection) {
    unsigned char greeting[GREETING_SIZE] = {[0] = 0xff, [9] = 0x7f, [10] = 3};
    memcpy(greeting + 12, "NULL", 4);
    put(connection, greeting, sizeof greeting);
}

static void put_ready(connection_t *connection, const char *type) {
    unsigned char ready[64] = {4, 0, 5, 'R', 'E', 'A', 'D', 'Y', 11};
    size_t end = 9, size = strlen(type);
    memcpy(ready + end, "Socket-Type", 11);
    ready[end + 14] = size;
    memcpy(ready + end + 15, type, size);
    end += 15 + size;
    ready[1] = end - 2;
    put(connection, ready, end);
}

// Where the header of a frame is read: its flags, the size of what follows, and the size of the header. 0 when there is not enough yet.
static size_t read_header(const unsigned char *bytes, size_t size, int *flags, size_t *length) {
    if (size < 2) return 0;
    *flags = bytes[0];
    if (!(*flags & 2)) {
        *length = bytes[1];
        return 2;
    }
    if (size < 9) return 0;
    *length = ((size_t) bytes[5] << 24) | (bytes[6] << 16) | (bytes[7] << 8) | bytes[8];
    return 9;
}

static connection_t *connection_new(int fd) {
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    connection_t *connection = calloc(1, sizeof *connection);
    connection->fd = fd;
    connection->out = malloc(connection->out_size = 4096);
    watch(connection, EPOLL_CTL_ADD, EPOLLIN);
    return connection;
}

// Receives behind what is left from last time, gives all to parse(), keeps what that leaves. 0 when the connection has ended.
static int receive(connection_t *connection, size_t (*parse)(connection_t *, unsigned char *, size_t)) {
    static unsigned char *buffer;
    static size_t buffer_size = 1 << 18;
    if (!buffer || buffer_size < connection->rest_length * 2 + 65536) {
        if (buffer) buffer_size = connection->rest_length * 2 + 65536;
        buffer = realloc(buffer, buffer_size);
    }
    memcpy(buffer, connection->rest, connection->rest_length);
    ssize_t received = recv(connection->fd, buffer + connection->rest_length, buffer_size - connection->rest_length, 0);
    if (received < 0 && errno == EAGAIN) return 1;
    if (received <= 0) return 0;
    size_t total = connection->rest_length + received, used = parse(connection, buffer, total);
    connection->rest_length = total - used;
    if (connection->rest_length > connection->rest_size) {
        connection->rest = realloc(connection->rest, connection->rest_size = connection->rest_length);
    }
    memcpy(connection->rest, buffer + used, connection->rest_length);
    return 1;
}
