/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One thread opens models and runs them; those that render queue jobs, share equal ones, and wait
 * with an eye on the host's abort. What nobody waits for any more is cancelled. */

#include "engine/network/engine_network.h"

#include <pthread.h>
#include <string.h>

#include "core/os.h"
#include "engine/network/engine_model.h"

enum { MAX_MODELS = 8, MEMORY_ENTRIES = 256, POLL_MS = 5 };

static const size_t memory_limit = (size_t) 256 << 20;

/* Depth in memory, by the hash of the network's input. */
typedef struct entry {
    bool used;
    zd_pixels_hash key;
    uint64_t touched;
    size_t bytes;
    zd_cache_depth depth;
} entry;

typedef struct model {
    char *name; /* NULL: free */
    zd_engine_model open;
} model;

/* Work for the thread. `input` NULL: open the model. */
typedef struct job {
    struct job *next;
    const char *name;
    zd_pixels_hash key;
    zd_image *input;
    zd_cancel cancel;
    int waiters;
    bool done;
    zd_status status;
    zd_error err;
    model *model;
    zd_cache_depth result;
} job;

struct zd_engine_network {
    zd_context *ctx;
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t wake;  /* there is work */
    pthread_cond_t ready; /* a job is done */
    pthread_t thread;
    bool is_running;
    bool stop;
    job *first;
    job *running;
    model models[MAX_MODELS];
    entry entries[MEMORY_ENTRIES];
    size_t bytes;
    uint64_t clock;
    zd_engine_counts counts;
    zd_cache_folder cache; /* the thread's */
    bool has_cache;        /* opened, or tried to; its path is NULL without */
};

zd_status zd_engine_network_create(zd_context *ctx, zd_engine_network **out, zd_error *err)
{
    zd_engine_network *network = zd_alloc_zeroed(ctx, 1, sizeof *network);
    *out = network;
    if (network == NULL) {
        return zd_fail_memory(err, "the network");
    }
    network->ctx = ctx;
    pthread_mutex_init(&network->lock, NULL);
    zd_os_cond_init(&network->wake);
    zd_os_cond_init(&network->ready);
    return ZD_OK;
}

static void drop_entry(zd_engine_network *network, entry *e)
{
    if (e->used) {
        zd_cache_depth_release(&e->depth);
        network->bytes -= e->bytes;
        *e = (entry){ 0 };
    }
}

void zd_engine_network_destroy(zd_engine_network **network)
{
    zd_engine_network *n = *network;
    if (n == NULL) {
        return;
    }
    pthread_mutex_lock(&n->lock);
    n->stop = true;
    if (n->running != NULL) {
        atomic_store(&n->running->cancel.requested, true);
    }
    pthread_cond_signal(&n->wake);
    pthread_mutex_unlock(&n->lock);
    if (n->is_running) {
        pthread_join(n->thread, NULL);
    }
    for (int i = 0; i < MEMORY_ENTRIES; i++) {
        drop_entry(n, &n->entries[i]);
    }
    for (int i = 0; i < MAX_MODELS; i++) {
        zd_engine_model_close(&n->models[i].open);
        zd_free(n->ctx, n->models[i].name);
    }
    zd_cache_folder_close(&n->cache);
    pthread_cond_destroy(&n->ready);
    pthread_cond_destroy(&n->wake);
    pthread_mutex_destroy(&n->lock);
    zd_free(n->ctx, n);
    *network = NULL;
}

zd_engine_counts zd_engine_network_counts(zd_engine_network *network)
{
    pthread_mutex_lock(&network->lock);
    zd_engine_counts counts = network->counts;
    pthread_mutex_unlock(&network->lock);
    return counts;
}

/* Memory. The caller holds the lock. */

static bool recall(zd_engine_network *network, zd_pixels_hash key, zd_cache_depth *out)
{
    for (int i = 0; i < MEMORY_ENTRIES; i++) {
        entry *e = &network->entries[i];
        if (e->used && zd_pixels_hash_is_same(e->key, key)) {
            e->touched = ++network->clock;
            out->depth = zd_depth_map_ref(&e->depth.depth);
            out->foreground = zd_image_ref(e->depth.foreground);
            return true;
        }
    }
    return false;
}

static entry *oldest(zd_engine_network *network)
{
    entry *found = &network->entries[0];
    for (int i = 0; i < MEMORY_ENTRIES; i++) {
        entry *e = &network->entries[i];
        if (!e->used) {
            return e;
        }
        found = e->touched < found->touched ? e : found;
    }
    return found;
}

static entry *oldest_used(zd_engine_network *network)
{
    entry *found = NULL;
    for (int i = 0; i < MEMORY_ENTRIES; i++) {
        entry *e = &network->entries[i];
        if (e->used && (found == NULL || e->touched < found->touched)) {
            found = e;
        }
    }
    return found;
}

static void remember(zd_engine_network *network, zd_pixels_hash key, const zd_cache_depth *depth)
{
    entry *e = oldest(network);
    zd_view view = zd_image_view(depth->depth.values);
    drop_entry(network, e);
    *e = (entry){ .used = true,
                  .key = key,
                  .touched = ++network->clock,
                  .bytes = (size_t) view.height * (size_t) view.stride_bytes * 2 };
    e->depth.depth = zd_depth_map_ref(&depth->depth);
    e->depth.foreground = zd_image_ref(depth->foreground);
    network->bytes += e->bytes;
    while (network->bytes > memory_limit && oldest_used(network) != e) {
        drop_entry(network, oldest_used(network));
    }
}

/* The thread. It works without the lock. */

/* The cache on disk is a help, not a need: a full disk stops nobody. */
static void open_cache(zd_engine_network *network)
{
    if (!network->has_cache) {
        zd_cache_folder_try(network->ctx, NULL, 0, &network->cache);
        network->has_cache = true;
    }
}

static zd_status open_model(zd_engine_network *network, job *j)
{
    zd_engine_model opened;
    zd_analyser_params how = { .network.packs_late = true };
    ZD_TRY(zd_engine_model_open(network->ctx, j->name, NULL, &how, &opened, &j->err));
    char *name = zd_strdup(network->ctx, j->name);
    if (name == NULL) {
        zd_engine_model_close(&opened);
        return zd_fail_memory(&j->err, "a model's name");
    }
    pthread_mutex_lock(&network->lock);
    for (int i = 0; i < MAX_MODELS && j->model == NULL; i++) {
        if (network->models[i].name == NULL) {
            network->models[i] = (model){ name, opened };
            network->counts.opened++;
            j->model = &network->models[i];
        }
    }
    pthread_mutex_unlock(&network->lock);
    if (j->model == NULL) {
        zd_engine_model_close(&opened);
        zd_free(network->ctx, name);
        return zd_fail(&j->err, ZD_ERR_LIMIT, "more than %d models at once", MAX_MODELS);
    }
    return ZD_OK;
}

static zd_status find_depth(zd_engine_network *network, job *j)
{
    bool cached = false;
    zd_task task = { .cancel = &j->cancel };
    open_cache(network);
    zd_cache_folder *cache = network->cache.path != NULL ? &network->cache : NULL;
    ZD_TRY(zd_engine_model_depth(&j->model->open, cache, j->input, &task, &j->result, &cached,
                                 &j->err));
    pthread_mutex_lock(&network->lock);
    network->counts.runs += !cached;
    pthread_mutex_unlock(&network->lock);
    return ZD_OK;
}

static void free_job(zd_engine_network *network, job *j)
{
    zd_image_unref(&j->input);
    zd_cache_depth_release(&j->result);
    zd_free(network->ctx, j);
}

static void *run_jobs(void *user)
{
    zd_engine_network *network = user;
    zd_os_locale locale = zd_os_locale_enter();
    pthread_mutex_lock(&network->lock);
    while (!network->stop) {
        job *j = network->first;
        if (j == NULL) {
            pthread_cond_wait(&network->wake, &network->lock);
            continue;
        }
        network->first = j->next;
        network->running = j;
        pthread_mutex_unlock(&network->lock);
        zd_status status = j->input == NULL ? open_model(network, j) : find_depth(network, j);
        pthread_mutex_lock(&network->lock);
        network->running = NULL;
        j->status = status;
        j->done = true;
        if (status == ZD_OK && j->input != NULL) {
            remember(network, j->key, &j->result);
        }
        if (j->waiters == 0) {
            free_job(network, j);
        }
        pthread_cond_broadcast(&network->ready);
    }
    pthread_mutex_unlock(&network->lock);
    zd_os_locale_leave(locale);
    return NULL;
}

/* Those that wait. */

static bool is_same_job(const job *j, const char *name, zd_pixels_hash key, bool opens)
{
    return (j->input == NULL) == opens && strcmp(j->name, name) == 0 &&
           (opens || zd_pixels_hash_is_same(j->key, key));
}

/* Finds an equal job or queues a new one. The caller holds the lock. */
static job *queue_job(zd_engine_network *network, const char *name, model *m, zd_pixels_hash key,
                      zd_image *input)
{
    bool opens = input == NULL;
    job **last = &network->first;
    if (network->running != NULL && is_same_job(network->running, name, key, opens) &&
        !atomic_load(&network->running->cancel.requested))
    {
        return network->running;
    }
    for (; *last != NULL; last = &(*last)->next) {
        if (is_same_job(*last, name, key, opens)) {
            return *last;
        }
    }
    job *j = zd_alloc_zeroed(network->ctx, 1, sizeof *j + strlen(name) + 1);
    if (j == NULL) {
        return NULL;
    }
    char *copy = (char *) (j + 1);
    memcpy(copy, name, strlen(name) + 1);
    j->name = copy;
    j->model = m;
    j->key = key;
    j->input = zd_image_ref(input);
    *last = j;
    if (!network->is_running) {
        network->is_running = pthread_create(&network->thread, NULL, run_jobs, network) == 0;
    }
    pthread_cond_signal(&network->wake);
    return j;
}

static void forget_job(zd_engine_network *network, job *j)
{
    for (job **at = &network->first; *at != NULL; at = &(*at)->next) {
        if (*at == j) {
            *at = j->next;
            free_job(network, j);
            return;
        }
    }
    atomic_store(&j->cancel.requested, true); /* it runs: the thread frees it */
}

/* Waits for a job; the caller holds the lock and, when the answer is true, leaves the job once it has
 * taken what it wants. False: the host gave up, or there is no thread. */
static bool await_job(zd_engine_network *network, job *j, const zd_engine_abort *abort)
{
    bool gone = false;
    j->waiters++;
    while (!j->done && !gone && network->is_running) {
        zd_os_cond_wait_ms(&network->ready, &network->lock, POLL_MS);
        if (!j->done) {
            pthread_mutex_unlock(&network->lock);
            gone = zd_engine_aborted(abort);
            pthread_mutex_lock(&network->lock);
        }
    }
    if (j->done) {
        return true;
    }
    if (--j->waiters == 0) {
        forget_job(network, j);
    }
    return false;
}

static zd_status tell_job(const job *j, zd_error *err)
{
    return j->status == ZD_OK ? ZD_OK : zd_fail(err, j->status, "%s", j->err.message);
}

static zd_status tell_gone(const zd_engine_network *network, zd_error *err)
{
    return network->is_running ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled")
                               : zd_fail(err, ZD_ERR_NO_MEMORY, "no thread for the network");
}

static void leave_job(zd_engine_network *network, job *j)
{
    if (--j->waiters == 0) {
        free_job(network, j);
    }
}

static model *find_open(zd_engine_network *network, const char *name)
{
    for (int i = 0; i < MAX_MODELS; i++) {
        if (network->models[i].name != NULL && strcmp(network->models[i].name, name) == 0) {
            return &network->models[i];
        }
    }
    return NULL;
}

static zd_status get_model(zd_engine_network *network, const char *name,
                           const zd_engine_abort *abort, model **out, zd_error *err)
{
    zd_status status = ZD_OK;
    pthread_mutex_lock(&network->lock);
    *out = find_open(network, name);
    if (*out == NULL) {
        job *j = queue_job(network, name, NULL, (zd_pixels_hash){ 0, 0 }, NULL);
        if (j == NULL) {
            status = zd_fail_memory(err, "a job");
        } else if (await_job(network, j, abort)) {
            status = tell_job(j, err);
            *out = j->model;
            leave_job(network, j);
        } else {
            status = tell_gone(network, err);
        }
    }
    pthread_mutex_unlock(&network->lock);
    return status;
}

static zd_status get_depth(zd_engine_network *network, model *m, zd_image *input,
                           const zd_engine_abort *abort, zd_cache_depth *out, zd_error *err)
{
    zd_status status = ZD_OK;
    zd_pixels_hash key = zd_pixels_hash_bytes((zd_pixels_hash){ 0, 0 }, m->name, strlen(m->name));
    key = zd_pixels_hash_view(network->ctx, key, zd_image_view(input));
    pthread_mutex_lock(&network->lock);
    if (!recall(network, key, out)) {
        job *j = queue_job(network, m->name, m, key, input);
        if (j == NULL) {
            status = zd_fail_memory(err, "a job");
        } else if (await_job(network, j, abort)) {
            status = tell_job(j, err);
            out->depth = zd_depth_map_ref(&j->result.depth);
            out->foreground = zd_image_ref(j->result.foreground);
            leave_job(network, j);
        } else {
            status = tell_gone(network, err);
        }
    }
    pthread_mutex_unlock(&network->lock);
    return status;
}

/* The small picture that goes with the depth, and what the network sees: the same where it takes
 * plain averages. */
static zd_status make_inputs(zd_engine_network *network, model *m, zd_view picture,
                             zd_depth_sample *out, zd_image **input, zd_error *err)
{
    int width;
    int height;
    ZD_TRY(zd_analyser_input_size(m->open.analyser, picture.width, picture.height, &width, &height,
                                  err));
    ZD_TRY(zd_image_create(network->ctx, width, height, ZD_RGB_F32, &out->small, err));
    zd_pixels_shrink(network->ctx, picture, zd_image_view(out->small));
    if (zd_analyser_network(m->open.analyser)->area_resize) {
        *input = zd_image_ref(out->small);
        return ZD_OK;
    }
    return zd_analyser_prepare(m->open.analyser, picture, input, err);
}

zd_status zd_engine_network_depth(zd_engine_network *network, const char *name, zd_view picture,
                                  const zd_engine_abort *abort, zd_depth_sample *out, zd_error *err)
{
    model *m = NULL;
    zd_image *input = NULL;
    zd_cache_depth depth = { 0 };
    *out = (zd_depth_sample){ 0 };
    ZD_TRY(get_model(network, name, abort, &m, err));
    zd_status status = make_inputs(network, m, picture, out, &input, err);
    if (status == ZD_OK) {
        status = get_depth(network, m, input, abort, &depth, err);
    }
    zd_image_unref(&input);
    if (status != ZD_OK) {
        zd_depth_sample_release(out);
        return status;
    }
    out->depth = depth.depth;
    out->foreground = depth.foreground;
    return ZD_OK;
}
