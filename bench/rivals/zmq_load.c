// Loads a Majordomo broker with a client and workers on libzmq.
//
//   gcc -O2 zmq_load.c -o zmq_load -lzmq -lpthread
//   zmq_load ENDPOINT WORKERS WINDOW BYTES SECONDS BROKER_PID
#include <assert.h>
#include <pthread.h>
#include <zmq.h>
#include "load.h"

#define MOST_FRAMES 8

static const char *endpoint;
static char service[64];
static void *context;
static volatile int stopping;

static void send_text(void *socket, const char *text, size_t size, int more) {
    zmq_send(socket, text, size, more ? ZMQ_SNDMORE : 0);
}

static void send_heartbeat(void *socket) {
    send_text(socket, "", 0, 1);
    send_text(socket, "MDPW01", 6, 1);
    send_text(socket, "\4", 1, 0);
}

// Sends what came back as the reply: the same frames, with the other command.
static void answer(void *socket, zmq_msg_t *frames, int count) {
    for (int i = 0; i < count; i++) {
        if (i == 2) {
            zmq_msg_close(&frames[i]);
            send_text(socket, "\3", 1, 1);
        } else {
            zmq_msg_send(&frames[i], socket, i < count - 1 ? ZMQ_SNDMORE : 0);
        }
    }
}

static void *work(void *unused) {
    (void) unused;
    void *socket = zmq_socket(context, ZMQ_DEALER);
    int none = 0, patience = 200;
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    assert(!zmq_connect(socket, endpoint));
    send_text(socket, "", 0, 1);
    send_text(socket, "MDPW01", 6, 1);
    send_text(socket, "\1", 1, 1);
    send_text(socket, service, strlen(service), 0);
    uint64_t beat = now_ns();
    while (!stopping) {
        zmq_msg_t frames[MOST_FRAMES];
        int count = 0, more = 1;
        while (more && count < MOST_FRAMES) {
            zmq_msg_init(&frames[count]);
            if (zmq_msg_recv(&frames[count], socket, 0) < 0) break;
            more = zmq_msg_more(&frames[count++]);
        }
        if (count >= 6 && *(char *) zmq_msg_data(&frames[2]) == 2) {
            answer(socket, frames, count);
            continue;
        }
        for (int i = 0; i < count; i++) zmq_msg_close(&frames[i]);
        if (count == 0 && now_ns() - beat > 1000000000ull) {
            beat = now_ns();
            send_heartbeat(socket);
        }
    }
    zmq_close(socket);
    return NULL;
}

static void request(void *socket, char *body, size_t size) {
    uint64_t asked = now_ns();
    memcpy(body, &asked, sizeof asked);
    send_text(socket, "", 0, 1);
    send_text(socket, "MDPC01", 6, 1);
    send_text(socket, service, strlen(service), 1);
    send_text(socket, body, size, 0);
}

// Waits for one reply, then takes all that are there. 0 when none came in time.
static int take_answers(void *socket, measure_t *measure, int *outstanding, size_t size) {
    for (int flags = 0;; flags = ZMQ_DONTWAIT) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, flags) < 0) {
            zmq_msg_close(&frame);
            return flags == ZMQ_DONTWAIT;
        }
        while (zmq_msg_more(&frame)) zmq_msg_recv(&frame, socket, 0);
        uint64_t asked;
        assert(zmq_msg_size(&frame) == size);
        memcpy(&asked, zmq_msg_data(&frame), sizeof asked);
        zmq_msg_close(&frame);
        (*outstanding)--;
        measure_answer(measure, asked, now_ns());
    }
}

int main(int count, char **arguments) {
    if (count != 7) {
        fprintf(stderr, "usage: zmq_load ENDPOINT WORKERS WINDOW BYTES SECONDS BROKER_PID\n");
        return 2;
    }
    endpoint = arguments[1];
    int workers = atoi(arguments[2]), window = atoi(arguments[3]), size = atoi(arguments[4]);
    snprintf(service, sizeof service, "echo%d", getpid());
    context = zmq_ctx_new();
    for (int i = 0; i < workers; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, work, NULL);
    }
    usleep(300000);

    void *socket = zmq_socket(context, ZMQ_DEALER);
    int none = 0, patience = 3000;
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    assert(!zmq_connect(socket, endpoint));
    char *body = calloc(1, size < 8 ? 8 : size);
    int outstanding = 0;
    measure_t measure;
    measure_init(&measure, atof(arguments[5]), atoi(arguments[6]));
    while (measure_goes_on(&measure, now_ns())) {
        for (; outstanding < window; outstanding++) request(socket, body, size);
        if (!take_answers(socket, &measure, &outstanding, size)) {
            fprintf(stderr, "no answer for 3 s, %d outstanding\n", outstanding);
            return 1;
        }
    }
    measure_print(&measure);
    _exit(0);
}
