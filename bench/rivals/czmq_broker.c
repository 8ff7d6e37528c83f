// A Majordomo broker (MDP 0.1, RFC 7) on CZMQ, as its users would write it: one zmsg per message, a list of waiting workers and one of
// waiting requests for each service, least recently used first. It is what the hub's broker is measured against.
//
//   gcc -O2 czmq_broker.c -o czmq_broker -lczmq -lzmq
//   czmq_broker PORT
#include <czmq.h>

#define HEARTBEAT_INTERVAL 2500
#define WORKER_EXPIRY 17500

typedef struct {
    char *name;
    zlist_t *requests; // zmsg_t: client address, empty frame, body
    zlist_t *waiting;  // worker_t, the longest idle first
} service_t;

typedef struct {
    zframe_t *address;
    service_t *service;
    int64_t expiry;
    bool waits;
} worker_t;

static zsock_t *router;
static zhashx_t *services; // by name
static zhashx_t *workers;  // by address

static size_t hash_of_frame(const void *key) {
    size_t hash = 2166136261u;
    const byte *bytes = zframe_data((zframe_t *) key);
    for (size_t i = 0, size = zframe_size((zframe_t *) key); i < size; i++) hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}

static int compare_frames(const void *one, const void *other) {
    return zframe_eq((zframe_t *) one, (zframe_t *) other) ? 0 : 1;
}

static service_t *service_of(zframe_t *frame) {
    char name[256];
    size_t size = zframe_size(frame) < 255 ? zframe_size(frame) : 255;
    memcpy(name, zframe_data(frame), size);
    name[size] = 0;
    service_t *service = (service_t *) zhashx_lookup(services, name);
    if (!service) {
        service = (service_t *) calloc(1, sizeof *service);
        service->name = strdup(name);
        service->requests = zlist_new();
        service->waiting = zlist_new();
        zhashx_insert(services, service->name, service);
    }
    return service;
}

static void forget(worker_t *worker) {
    if (worker->waits) zlist_remove(worker->service->waiting, worker);
    zhashx_delete(workers, worker->address);
    zframe_destroy(&worker->address);
    free(worker);
}

static void tell(worker_t *worker, const char *command, zmsg_t *body) {
    zmsg_t *message = body ? body : zmsg_new();
    zmsg_pushmem(message, command, 1);
    zmsg_pushmem(message, "MDPW01", 6);
    zmsg_pushmem(message, "", 0);
    zframe_t *address = zframe_dup(worker->address);
    zmsg_prepend(message, &address);
    zmsg_send(&message, router);
}

static void dispatch(service_t *service) {
    int64_t now = zclock_mono();
    while (zlist_size(service->waiting) && zlist_size(service->requests)) {
        worker_t *worker = (worker_t *) zlist_pop(service->waiting);
        worker->waits = false;
        if (worker->expiry < now) {
            forget(worker);
            continue;
        }
        tell(worker, "\002", (zmsg_t *) zlist_pop(service->requests));
    }
}

static void wait_for_work(worker_t *worker) {
    worker->expiry = zclock_mono() + WORKER_EXPIRY;
    if (!worker->waits) {
        worker->waits = true;
        zlist_append(worker->service->waiting, worker);
    }
    dispatch(worker->service);
}

static void on_client(zframe_t *sender, zmsg_t *message) {
    if (zmsg_size(message) < 2) {
        zmsg_destroy(&message);
        return;
    }
    zframe_t *name = zmsg_pop(message);
    service_t *service = service_of(name);
    zframe_destroy(&name);
    zmsg_pushmem(message, "", 0);
    zframe_t *address = zframe_dup(sender);
    zmsg_prepend(message, &address);
    zlist_append(service->requests, message);
    dispatch(service);
}

static void on_worker(zframe_t *sender, zmsg_t *message) {
    zframe_t *command = zmsg_pop(message);
    worker_t *worker = (worker_t *) zhashx_lookup(workers, sender);
    byte code = command && zframe_size(command) == 1 ? *zframe_data(command) : 0;
    if (code == 1 && !worker && zmsg_size(message) >= 1) {
        zframe_t *name = zmsg_pop(message);
        worker = (worker_t *) calloc(1, sizeof *worker);
        worker->address = zframe_dup(sender);
        worker->service = service_of(name);
        zframe_destroy(&name);
        zhashx_insert(workers, worker->address, worker);
        wait_for_work(worker);
    } else if (code == 3 && worker && zmsg_size(message) >= 2) {
        zframe_t *client = zmsg_pop(message);
        zframe_t *empty = zmsg_pop(message);
        zframe_destroy(&empty);
        zmsg_pushmem(message, worker->service->name, strlen(worker->service->name));
        zmsg_pushmem(message, "MDPC01", 6);
        zmsg_pushmem(message, "", 0);
        zmsg_prepend(message, &client);
        zmsg_send(&message, router);
        wait_for_work(worker);
    } else if (code == 4 && worker) {
        worker->expiry = zclock_mono() + WORKER_EXPIRY;
    } else if (code == 5 && worker) {
        forget(worker);
    }
    zframe_destroy(&command);
    zmsg_destroy(&message);
}

static void heartbeat(void) {
    int64_t now = zclock_mono();
    zlist_t *gone = zlist_new();
    for (worker_t *worker = (worker_t *) zhashx_first(workers); worker; worker = (worker_t *) zhashx_next(workers)) {
        if (!worker->waits) continue;
        if (worker->expiry < now) zlist_append(gone, worker);
        else tell(worker, "\004", NULL);
    }
    for (worker_t *worker = (worker_t *) zlist_first(gone); worker; worker = (worker_t *) zlist_next(gone)) forget(worker);
    zlist_destroy(&gone);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: czmq_broker PORT\n");
        return 2;
    }
    services = zhashx_new();
    workers = zhashx_new();
    zhashx_set_key_hasher(workers, hash_of_frame);
    zhashx_set_key_comparator(workers, compare_frames);
    zhashx_set_key_duplicator(workers, NULL);
    zhashx_set_key_destructor(workers, NULL);

    // Without these a ROUTER drops replies in silence once a thousand of them wait.
    router = zsock_new(ZMQ_ROUTER);
    zsock_set_sndhwm(router, 0);
    zsock_set_rcvhwm(router, 0);
    if (zsock_bind(router, "tcp://127.0.0.1:%s", arguments[1]) < 0) {
        perror("bind");
        return 1;
    }
    zpoller_t *poller = zpoller_new(router, NULL);
    int64_t beat = zclock_mono() + HEARTBEAT_INTERVAL;
    while (!zsys_interrupted) {
        int64_t now = zclock_mono();
        if (now >= beat) {
            heartbeat();
            beat = now + HEARTBEAT_INTERVAL;
        }
        if (!zpoller_wait(poller, (int) (beat - now))) {
            if (zpoller_terminated(poller)) break;
            continue;
        }
        // All that has come, before time is looked at again.
        do {
            zmsg_t *message = zmsg_recv(router);
            if (!message) break;
            zframe_t *sender = zmsg_pop(message);
            zframe_t *empty = zmsg_pop(message);
            zframe_t *header = zmsg_pop(message);
            if (header && zframe_streq(header, "MDPC01")) on_client(sender, message);
            else if (header && zframe_streq(header, "MDPW01")) on_worker(sender, message);
            else zmsg_destroy(&message);
            zframe_destroy(&sender);
            zframe_destroy(&empty);
            zframe_destroy(&header);
        } while (zsock_events(router) & ZMQ_POLLIN);
    }
    zpoller_destroy(&poller);
    zsock_destroy(&router);
    return 0;
}
