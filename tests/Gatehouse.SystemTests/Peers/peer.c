/* A client and a worker in C on libzmq, Majordomo 0.1:

       peer client ADDRESS SERVICE COUNT     asks COUNT times over a REQ socket, one after the other, and prints how many answers were right
       peer worker ADDRESS SERVICE           answers each request with its body, until it is killed */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { ROOM = 256 };

static int ask(void *context, const char *address, const char *service, int count)
{
    void *req = zmq_socket(context, ZMQ_REQ);
    int right = 0, patience = 10000, linger = 0;
    zmq_setsockopt(req, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt(req, ZMQ_LINGER, &linger, sizeof linger);
    if (zmq_connect(req, address) != 0) return 1;
    for (int i = 0; i < count; i++) {
        char body[32], frames[3][ROOM];
        int sizes[3], got = 0, more = 1;
        size_t more_size = sizeof more;
        int length = snprintf(body, sizeof body, "request %d", i);
        zmq_send(req, "MDPC01", 6, ZMQ_SNDMORE);
        zmq_send(req, service, strlen(service), ZMQ_SNDMORE);
        zmq_send(req, body, length, 0);
        while (more && got < 3) {
            sizes[got] = zmq_recv(req, frames[got], ROOM, 0);
            if (sizes[got] < 0) return fprintf(stderr, "no answer to %s\n", body), 1;
            got++;
            zmq_getsockopt(req, ZMQ_RCVMORE, &more, &more_size);
        }
        right += got == 3 && !more && sizes[0] == 6 && memcmp(frames[0], "MDPC01", 6) == 0
            && sizes[1] == (int)strlen(service) && memcmp(frames[1], service, sizes[1]) == 0
            && sizes[2] == length && memcmp(frames[2], body, length) == 0;
    }
    printf("RIGHT %d\n", right);
    zmq_close(req);
    return right == count ? 0 : 1;
}

static int serve(void *context, const char *address, const char *service)
{
    void *dealer = zmq_socket(context, ZMQ_DEALER);
    if (zmq_connect(dealer, address) != 0) return 1;
    zmq_send(dealer, "", 0, ZMQ_SNDMORE);
    zmq_send(dealer, "MDPW01", 6, ZMQ_SNDMORE);
    zmq_send(dealer, "\001", 1, ZMQ_SNDMORE);
    zmq_send(dealer, service, strlen(service), 0);
    puts("READY");
    fflush(stdout);
    for (;;) {
        zmq_pollitem_t item = { dealer, 0, ZMQ_POLLIN, 0 };
        if (zmq_poll(&item, 1, 1000) <= 0) {
            zmq_send(dealer, "", 0, ZMQ_SNDMORE);
            zmq_send(dealer, "MDPW01", 6, ZMQ_SNDMORE);
            zmq_send(dealer, "\004", 1, 0);
            continue;
        }
        int request = 0, more = 1;
        size_t more_size = sizeof more;
        for (int i = 0; more; i++) {
            zmq_msg_t frame;
            zmq_msg_init(&frame);
            if (zmq_msg_recv(&frame, dealer, 0) < 0) return 1;
            zmq_getsockopt(dealer, ZMQ_RCVMORE, &more, &more_size);
            if (i == 2) {
                request = *(char *)zmq_msg_data(&frame) == 2;
                if (request) {
                    zmq_send(dealer, "", 0, ZMQ_SNDMORE);
                    zmq_send(dealer, "MDPW01", 6, ZMQ_SNDMORE);
                    zmq_send(dealer, "\003", 1, ZMQ_SNDMORE);
                }
            }
            /* The address, the empty frame and the body go back as they came. */
            if (i > 2 && request) zmq_msg_send(&frame, dealer, more ? ZMQ_SNDMORE : 0);
            else zmq_msg_close(&frame);
        }
    }
}

int main(int count, char **arguments)
{
    void *context = zmq_ctx_new();
    if (count == 5 && strcmp(arguments[1], "client") == 0) return ask(context, arguments[2], arguments[3], atoi(arguments[4]));
    if (count == 4 && strcmp(arguments[1], "worker") == 0) return serve(context, arguments[2], arguments[3]);
    fputs("peer client ADDRESS SERVICE COUNT | peer worker ADDRESS SERVICE\n", stderr);
    return 2;
}
