// A bare forwarder of MDP 0.1: the frames of a request go to the worker that has been idle longest, those of its reply back, copied as they
// came. No heartbeats, no expiry, no check, no second try: the limit that a broker with all of them is measured against.
//
//   gcc -O2 forwarder.c -o forwarder
//   forwarder PORT
#include "lean.h"
#include <stdio.h>

#define MOST_FRAMES 32
#define BUCKETS 256

typedef struct request {
    struct request *next;
    uint32_t client;
    size_t size;
    unsigned char body[];
} request_t;

typedef struct service {
    struct service *next;
    char name[256];
    int length;
    request_t *first, *last;
    struct worker *idle_first, *idle_last;
} service_t;

typedef struct worker {
    connection_t *connection;
    service_t *service;
    struct worker *next;
} worker_t;

static connection_t *by_fd[MOST_CONNECTIONS];
static service_t *services[BUCKETS];

static service_t *service_of(const unsigned char *name, int length) {
    uint32_t hash = 0;
    for (int i = 0; i < length; i++) hash = hash * 31 + name[i];
    service_t **bucket = &services[hash % BUCKETS];
    for (service_t *service = *bucket; service; service = service->next) {
        if (service->length == length && !memcmp(service->name, name, length)) return service;
    }
    service_t *service = calloc(1, sizeof *service);
    memcpy(service->name, name, length);
    service->length = length;
    service->next = *bucket;
    return *bucket = service;
}

static void send_request(worker_t *worker, uint32_t client, const unsigned char *body, size_t size) {
    unsigned char *out = reserve(worker->connection, size + 22);
    memcpy(out, "\1\0\1\6MDPW01\1\1\2\1\5\0", 16);
    memcpy(out + 16, &client, 4);
    out[20] = 1;
    out[21] = 0;
    memcpy(out + 22, body, size);
    commit(worker->connection, size + 22);
}

static void send_reply(connection_t *client, const service_t *service, const unsigned char *body, size_t size) {
    unsigned char *out = reserve(client, size + 12 + service->length);
    memcpy(out, "\1\0\1\6MDPC01\1", 11);
    out[11] = service->length;
    memcpy(out + 12, service->name, service->length);
    memcpy(out + 12 + service->length, body, size);
    commit(client, size + 12 + service->length);
}

static void become_idle(worker_t *worker) {
    service_t *service = worker->service;
    request_t *request = service->first;
    if (request) {
        if (!(service->first = request->next)) service->last = NULL;
        send_request(worker, request->client, request->body, request->size);
        free(request);
        return;
    }
    worker->next = NULL;
    if (service->idle_last) service->idle_last->next = worker;
    else service->idle_first = worker;
    service->idle_last = worker;
}

static void on_request(connection_t *connection, service_t *service, const unsigned char *body, size_t size) {
    worker_t *worker = service->idle_first;
    if (worker) {
        if (!(service->idle_first = worker->next)) service->idle_last = NULL;
        send_request(worker, connection->fd, body, size);
        return;
    }
    request_t *request = malloc(sizeof *request + size);
    *request = (request_t) {.client = connection->fd, .size = size};
    memcpy(request->body, body, size);
    if (service->last) service->last->next = request;
    else service->first = request;
    service->last = request;
}

static void on_message(connection_t *connection, unsigned char *message, size_t size, size_t *offset, size_t *length, int count) {
    if (count < 3 || length[1] != 6) return;
    if (!memcmp(message + offset[1], "MDPC01", 6)) {
        unsigned char *body = message + offset[2] + length[2];
        on_request(connection, service_of(message + offset[2], length[2]), body, size - (body - message));
    } else if (!memcmp(message + offset[1], "MDPW01", 6) && message[offset[2]] == 1) {
        worker_t *worker = connection->tag = calloc(1, sizeof *worker);
        worker->connection = connection;
        worker->service = service_of(message + offset[3], length[3]);
        become_idle(worker);
    } else if (!memcmp(message + offset[1], "MDPW01", 6) && message[offset[2]] == 3) {
        uint32_t client;
        memcpy(&client, message + offset[3] + 1, sizeof client);
        worker_t *worker = connection->tag;
        unsigned char *body = message + offset[4] + length[4];
        if (by_fd[client]) send_reply(by_fd[client], worker->service, body, size - (body - message));
        become_idle(worker);
    }
}

static size_t parse(connection_t *connection, unsigned char *bytes, size_t size) {
    size_t start = 0, offset[MOST_FRAMES], length[MOST_FRAMES];
    if (connection->state == 0) {
        if (size < GREETING_SIZE) return 0;
        start = GREETING_SIZE;
        connection->state = 1;
        put_ready(connection, "ROUTER");
    }
    if (connection->state == 1) {
        if (size - start < 2 || size - start < 2u + bytes[start + 1]) return start;
        start += 2 + bytes[start + 1];
        connection->state = 2;
    }
    for (;;) {
        size_t end = start;
        int flags, count = 0;
        do {
            size_t header = read_header(bytes + end, size - end, &flags, &length[count]);
            if (!header || size - end < header + length[count]) return start;
            offset[count] = end + header - start;
            end += header + length[count++];
        } while ((flags & 1) && count < MOST_FRAMES);
        if (!(bytes[start] & 4)) on_message(connection, bytes + start, end - start, offset, length, count);
        start = end;
    }
}

static void end(connection_t *connection) {
    by_fd[connection->fd] = NULL;
    close(connection->fd);
    worker_t *worker = connection->tag;
    if (worker) {
        worker_t *before = NULL;
        for (worker_t **idle = &worker->service->idle_first; *idle; before = *idle, idle = &(*idle)->next) {
            if (*idle != worker) continue;
            *idle = worker->next;
            if (worker->service->idle_last == worker) worker->service->idle_last = before;
            break;
        }
        free(worker);
    }
    for (int i = 0; i < dirty_count; i++) {
        if (dirty[i] == connection) dirty[i] = dirty[--dirty_count];
    }
    free(connection->out);
    free(connection->rest);
    free(connection);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: forwarder PORT\n");
        return 2;
    }
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {AF_INET, htons(atoi(arguments[1])), {htonl(INADDR_LOOPBACK)}, {0}};
    if (bind(listener, (void *) &address, sizeof address)) {
        perror("bind");
        return 1;
    }
    listen(listener, 128);
    poller = epoll_create1(0);
    struct epoll_event accepting = {EPOLLIN, {.ptr = NULL}}, events[128];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &accepting);
    for (;;) {
        int ready = epoll_wait(poller, events, 128, -1);
        for (int i = 0; i < ready; i++) {
            connection_t *connection = events[i].data.ptr;
            if (!connection) {
                int fd = accept(listener, NULL, NULL);
                if (fd < 0) continue;
                put_greeting(by_fd[fd] = connection_new(fd));
                continue;
            }
            if (events[i].events & EPOLLOUT) flush(connection);
            if (events[i].events & ~EPOLLOUT && !receive(connection, parse)) end(connection);
        }
        flush_all();
    }
}
