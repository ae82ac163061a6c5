/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The network of the engine for hosts: what an analyser alone gives, found once for equal pictures by whoever asks,
 * kept on disk for the next process, and given up when the host does. */

#include "zd_test.h"

#include <ftw.h>
#include <pthread.h>
#include <unistd.h>

#include "depth/analyser.h"
#include "engine/network/engine_network.h"
#include "formula.h"
#include "models/model_store.h"

enum { WIDTH = 44, HEIGHT = 30 };

static zd_error err;
static zd_context *ctx;
static char *model;
static char cache[] = "/tmp/zdepth-engine-network-XXXXXX";
static float pictures[3][HEIGHT][WIDTH][4];
static const zd_engine_abort never = { NULL, NULL };

static zd_view picture(int which)
{
    return (zd_view){ pictures[which], WIDTH, HEIGHT, 16 * WIDTH, ZD_RGBA_F32 };
}

static void draw(void)
{
    unsigned long long seed = 5;
    for (int i = 0; i < 3 * WIDTH * HEIGHT * 4; i++) {
        ((float *) pictures)[i] = i % 4 == 3 ? 1.0f : zd_test_uniform(&seed);
    }
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void) info;
    (void) type;
    (void) where;
    return remove(path);
}

static void forget_disk(void)
{
    nftw(cache, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static zd_engine_network *network_open(void)
{
    zd_engine_network *network = NULL;
    REQUIRE_OK(zd_engine_network_create(ctx, &network, &err));
    return network;
}

static zd_depth_sample depth_of(zd_engine_network *network, int which)
{
    zd_depth_sample sample;
    REQUIRE_OK(zd_engine_network_depth(network, model, picture(which), &never, &sample, &err));
    REQUIRE(sample.depth.values != NULL && sample.small != NULL);
    return sample;
}

static void require_counts(zd_engine_network *network, int opened, int runs)
{
    zd_engine_counts counts = zd_engine_network_counts(network);
    REQUIRE_INT(counts.opened, opened);
    REQUIRE_INT(counts.runs, runs);
}

static void require_same(zd_image *a, zd_image *b)
{
    zd_view one = zd_image_view(a);
    zd_view other = zd_image_view(b);
    REQUIRE(one.width == other.width && one.height == other.height);
    for (int y = 0; y < one.height; y++) {
        REQUIRE_BYTES(zd_view_row_f32(one, y), zd_view_row_f32(other, y),
                      (size_t) one.width * sizeof(float));
    }
}

/* By an analyser of the same file. */
static void require_analysed(const zd_depth_sample *sample, int which)
{
    zd_analyser *analyser = NULL;
    zd_image *input = NULL;
    zd_depth_map depth = { 0 };
    zd_analyser_params params = { .model_path = model };
    REQUIRE_OK(zd_analyser_open(ctx, &params, &analyser, &err));
    REQUIRE_OK(zd_analyser_prepare(analyser, picture(which), &input, &err));
    REQUIRE_OK(zd_analyser_run(analyser, input, NULL, &depth, NULL, &err));
    require_same(sample->depth.values, depth.values);
    REQUIRE(sample->depth.kind == depth.kind);
    zd_depth_map_release(&depth);
    zd_image_unref(&input);
    zd_analyser_close(&analyser);
}

static void equal_pictures_are_found_once(void)
{
    static const int order[] = { 0, 0, 1, 0, 1 };
    static const int runs[] = { 1, 1, 2, 2, 2 };
    zd_engine_network *network = network_open();
    forget_disk();
    require_counts(network, 0, 0);
    for (int i = 0; i < 5; i++) {
        zd_depth_sample sample = depth_of(network, order[i]);
        require_counts(network, 1, runs[i]);
        if (i == 3) { /* the first that was found, again */
            require_analysed(&sample, order[i]);
        }
        zd_depth_sample_release(&sample);
    }
    zd_engine_network_destroy(&network);
    REQUIRE(network == NULL);
    zd_engine_network_destroy(&network);
    network = network_open(); /* another process finds them on disk */
    zd_depth_sample sample = depth_of(network, 1);
    require_counts(network, 1, 0);
    require_analysed(&sample, 1);
    zd_depth_sample_release(&sample);
    zd_engine_network_destroy(&network);
}

typedef struct caller {
    pthread_t thread;
    zd_engine_network *network;
    zd_depth_sample sample;
    zd_status status;
    zd_error err;
} caller;

static void *ask(void *user)
{
    caller *c = user;
    c->status = zd_engine_network_depth(c->network, model, picture(2), &never, &c->sample, &c->err);
    return NULL;
}

static void those_who_wait_for_the_same_share_it(void)
{
    caller callers[4];
    zd_engine_network *network = network_open();
    forget_disk();
    for (int i = 0; i < 4; i++) {
        callers[i] = (caller){ .network = network };
        REQUIRE(pthread_create(&callers[i].thread, NULL, ask, &callers[i]) == 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(callers[i].thread, NULL);
    }
    require_counts(network, 1, 1);
    for (int i = 0; i < 4; i++) {
        REQUIRE(callers[i].status == ZD_OK);
        REQUIRE(callers[i].sample.depth.values == callers[0].sample.depth.values);
    }
    for (int i = 0; i < 4; i++) {
        zd_depth_sample_release(&callers[i].sample);
    }
    zd_engine_network_destroy(&network);
}

static bool give_up(void *user)
{
    (*(int *) user)++;
    return true;
}

/* The host is asked every few milliseconds; a machine so busy that the answer is there before gives it. */
static void a_host_may_give_up(void)
{
    int asked = 0;
    zd_status status = ZD_OK;
    zd_engine_abort now = { give_up, &asked };
    for (int i = 0; i < 5 && status == ZD_OK; i++) {
        zd_depth_sample sample;
        zd_engine_network *network = network_open();
        forget_disk();
        status = zd_engine_network_depth(network, model, picture(0), &now, &sample, &err);
        REQUIRE((sample.depth.values != NULL) == (status == ZD_OK));
        zd_depth_sample_release(&sample);
        sample = depth_of(network, 0);
        zd_depth_sample_release(&sample);
        zd_engine_network_destroy(&network);
    }
    REQUIRE(status == ZD_ERR_CANCELLED && asked > 0);
    REQUIRE_TEXT(err.message, "cancelled");
}

static void models_that_are_missing_are_told(void)
{
    char *path = NULL;
    zd_error told;
    zd_depth_sample sample;
    zd_engine_network *network = network_open();
    const char *const name = "/no/such/model.safetensors";
    zd_status expected = zd_model_store_find(ctx, name, &path, &told);
    REQUIRE(expected != ZD_OK);
    for (int i = 0; i < 2; i++) {
        REQUIRE_FAILS(zd_engine_network_depth(network, name, picture(0), &never, &sample, &err),
                      expected, told.message);
    }
    require_counts(network, 0, 0);
    sample = depth_of(network, 0);
    zd_depth_sample_release(&sample);
    zd_engine_network_destroy(&network);
}

int main(void)
{
    if (mkdtemp(cache) == NULL || setenv("XDG_CACHE_HOME", cache, 1) != 0) {
        return 1;
    }
    ctx = zd_test_context(2);
    model = formula_write(ctx, FORMULA_STILL);
    draw();
    RUN(equal_pictures_are_found_once);
    RUN(those_who_wait_for_the_same_share_it);
    RUN(a_host_may_give_up);
    RUN(models_that_are_missing_are_told);
    formula_remove(model);
    forget_disk();
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
