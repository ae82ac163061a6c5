/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Every operator and every family on both backends: operators against numbers that numpy made
 * (operator_vectors.h), and families, with weights from a formula, on the processor against the plain
 * reference, tensor by tensor. Nothing outside the repository is needed. */

#include "refused.h"

#include <unistd.h>

#include "core/file.h"
#include "formula.h"
#include "model/cpu/runner_internal.h"
#include "model/network_internal.h"
#include "model/operator.h"
#include "model/safetensors_write.h"
#include "operator_vectors.h"

enum { MOST_TENSORS = 32 };

static zd_error err;

/* Who computes, and how exactly. */
typedef struct way {
    const zd_backend *backend;
    zd_precision precision;
    double bar; /* relative */
} way;

static const way ways[] = {
    { &zd_backend_reference, ZD_PRECISION_EXACT, 2e-6 },
    { &zd_backend_cpu, ZD_PRECISION_EXACT, 1e-5 },
    { &zd_backend_cpu, ZD_PRECISION_FAST, 1e-2 },
};

enum { WAYS = (int) (sizeof ways / sizeof ways[0]) };

static char *file_name(void)
{
    static char path[256];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/zdepth-backends-%d.safetensors",
             folder != NULL ? folder : "/tmp", (int) getpid());
    return path;
}

static zd_network *open_way(zd_context *ctx, const char *path, const way *how)
{
    zd_network *net = NULL;
    const zd_network_params params = { .backend = how->backend,
                                       .precision = how->precision,
                                       .keep_tensors = true };
    REQUIRE_OK(zd_network_open(ctx, path, &params, &net, &err));
    return net;
}

static void write_case(zd_context *ctx, const vector_case *c)
{
    zd_tensor_source tensors[MOST_TENSORS];
    const char *const metadata[][2] = {
        { "format", "zdepth-face" }, { "version", "1" },  { "mean", VECTOR_MEAN },
        { "std", VECTOR_STD },       { "multiple", "2" }, { "short_side", "32" },
        { "arch", c->arch },
    };
    int count = 0;
    for (const vector_tensor *t = c->tensors; t->name != NULL; t++, count++) {
        size_t values = 1;
        REQUIRE(count < MOST_TENSORS);
        tensors[count] =
            (zd_tensor_source){ .name = t->name, .dtype = ZD_DTYPE_F32, .rank = t->rank };
        for (int i = 0; i < t->rank; i++) {
            tensors[count].shape[i] = (size_t) t->shape[i];
            values *= (size_t) t->shape[i];
        }
        float *data = malloc(values * sizeof *data);
        for (size_t i = 0; i < values; i++) {
            data[i] = (float) (0.5 * formula_unit(t->name, i));
        }
        tensors[count].data = data;
    }
    const zd_tensor_file file = { tensors, count, metadata, 7 };
    REQUIRE_OK(zd_safetensors_write(ctx, file_name(), &file, &err));
    for (int i = 0; i < count; i++) {
        free((void *) tensors[i].data);
    }
}

/** A result against numpy's sum and samples. */
static void check_values(const way *how, const vector_result *expected, const float *data,
                         int count)
{
    double sum = 0.0;
    REQUIRE_INT(count, expected->count);
    for (int i = 0; i < count; i++) {
        sum += fabs((double) data[i]);
    }
    double mean = expected->sum / count;
    if (!(fabs(sum - expected->sum) <= how->bar * expected->sum)) {
        ZD_TEST_FAIL("%s of %s: sum %.9g, expected %.9g", expected->name, how->backend->name, sum,
                     expected->sum);
    }
    for (int i = 0; i < VECTOR_SAMPLES; i++) {
        int at = (int) ((long) i * (count - 1) / (VECTOR_SAMPLES - 1));
        double off = fabs((double) data[at] - expected->samples[i]);
        if (!(off <= 4.0 * how->bar * (mean + fabs(expected->samples[i])))) {
            ZD_TEST_FAIL("%s of %s at %d: %.9g, expected %.9g", expected->name, how->backend->name,
                         at, (double) data[at], expected->samples[i]);
        }
    }
}

static void run_case(zd_context *ctx, const vector_case *c, const way *how)
{
    float rgb[VECTOR_WIDTH * VECTOR_HEIGHT * 3];
    float planes[ZD_NETWORK_MAX_OUTPUTS][VECTOR_WIDTH * VECTOR_HEIGHT];
    zd_network_io io = { .rgb = rgb };
    zd_network *net = open_way(ctx, file_name(), how);
    const zd_network_info *info = zd_network_describe(net);
    for (int i = 0; i < ZD_NETWORK_MAX_OUTPUTS; i++) {
        io.outputs[i] = planes[i];
    }
    REQUIRE_OK(zd_network_plan(net, VECTOR_WIDTH, VECTOR_HEIGHT, &err));
    for (int t = 0; t < c->frames; t++) {
        char name[32];
        snprintf(name, sizeof name, "picture.%d", t);
        for (int i = 0; i < VECTOR_WIDTH * VECTOR_HEIGHT * 3; i++) {
            rgb[i] = (float) formula_unit(name, (size_t) i);
        }
        REQUIRE_OK(c->frames > 1 ? zd_network_stream(net, &io, NULL, &err)
                                 : zd_network_run(net, &io, NULL, &err));
    }
    for (const vector_result *r = c->results; r->name != NULL; r++) {
        zd_network_tensor t;
        int output = 0;
        while (output < info->output_count && strcmp(info->output_names[output], r->name) != 0) {
            output++;
        }
        if (output < info->output_count) {
            check_values(how, r, planes[output], VECTOR_WIDTH * VECTOR_HEIGHT);
            continue;
        }
        REQUIRE(zd_network_find_tensor(net, r->name, &t));
        check_values(how, r, t.data, t.height * t.width * t.channels);
    }
    zd_network_close(&net);
}

/* Every case every way, in a context that ends here. */
static void run_all_cases(zd_context *ctx)
{
    for (size_t i = 0; i < sizeof vector_cases / sizeof vector_cases[0]; i++) {
        write_case(ctx, &vector_cases[i]);
        for (int w = 0; w < WAYS; w++) {
            run_case(ctx, &vector_cases[i], &ways[w]);
        }
        unlink(file_name());
    }
    zd_context_destroy(&ctx);
}

static void operators_give_what_numpy_gives(void)
{
    run_all_cases(zd_test_context(2));
}

static void every_operator_is_in_a_case(void)
{
    for (int kind = 0; kind < ZD_OP_KINDS; kind++) {
        zd_op op = { .kind = (zd_op_kind) kind };
        char line[64];
        bool found = false;
        snprintf(line, sizeof line, "%s ", zd_op_type_of(&op)->name);
        for (size_t i = 0; i < sizeof vector_cases / sizeof vector_cases[0]; i++) {
            const char *arch = vector_cases[i].arch;
            for (const char *at = strstr(arch, line); at != NULL; at = strstr(at + 1, line)) {
                found = found || at == arch || at[-1] == '\n';
            }
        }
        if (!found) {
            ZD_TEST_FAIL("operator '%s' is in no case of make_operator_vectors.py",
                         zd_op_type_of(&op)->name);
        }
    }
}

/* ---- nothing is written past what was asked for ---- */

enum { GUARD = 256, GUARD_CODE = 0xA5 };

/* Before each block: where it is from, and its bytes. */
typedef struct guard_head {
    void *from;
    size_t bytes;
} guard_head;

/* Memory with a guard right after the last byte that was asked for. */
static void *guard_allocate(void *user, size_t bytes, size_t alignment)
{
    char *from = malloc(bytes + 2 * alignment + GUARD);
    (void) user;
    REQUIRE(from != NULL && alignment >= sizeof(guard_head));
    char *memory = from + alignment + (alignment - (uintptr_t) from % alignment) % alignment;
    guard_head head = { from, bytes };
    memcpy(memory - sizeof head, &head, sizeof head);
    memset(memory + bytes, GUARD_CODE, GUARD);
    return memory;
}

static void guard_release(void *user, void *memory)
{
    guard_head head;
    memcpy(&head, (char *) memory - sizeof head, sizeof head);
    for (int i = 0; i < GUARD; i++) {
        unsigned char code = ((unsigned char *) memory)[head.bytes + (size_t) i];
        if (code != GUARD_CODE) {
            ZD_TEST_FAIL("%d bytes past a block of %zu a %02x was written", i, head.bytes, code);
        }
    }
    (void) user;
    free(head.from);
}

static zd_context *guarded_context(void)
{
    zd_context *ctx = NULL;
    const zd_context_params params = { .allocator = { guard_allocate, guard_release, NULL },
                                       .threads = 2 };
    REQUIRE_OK(zd_context_create(&params, &ctx, &err));
    return ctx;
}

static void operators_write_their_results_alone(void)
{
    run_all_cases(guarded_context());
}

/** Frames enough that every slot of the list was taken, and taken again. */
static void long_streams_stay_in_their_slots(void)
{
    enum { SIDE = 28, LONG = 50 };
    static float rgb[SIDE * SIDE * 3];
    static float depth[SIDE * SIDE];
    zd_context *ctx = guarded_context();
    char *path = formula_write(ctx, FORMULA_VIDEO);
    REQUIRE(path != NULL);
    const way exactly = { &zd_backend_cpu, ZD_PRECISION_EXACT, 0.0 };
    zd_network *net = open_way(ctx, path, &exactly);
    REQUIRE_OK(zd_network_plan(net, SIDE, SIDE, &err));
    for (int t = 0; t < LONG; t++) {
        const zd_network_io io = { .rgb = rgb, .outputs = { depth } };
        formula_film_frame(t, SIDE, SIDE, rgb);
        REQUIRE_OK(zd_network_stream(net, &io, NULL, &err));
    }
    zd_network_close(&net);
    formula_remove(path);
    zd_context_destroy(&ctx);
}

/** Every tensor that both have, of one frame. */
static double compare_frame(zd_network *a, zd_network *b, int frame, double bar)
{
    double worst = 0.0;
    zd_network_show_frame(a, frame);
    zd_network_show_frame(b, frame);
    for (int i = 0; i < a->model.graph.count; i++) {
        const char *name = a->model.graph.ops[i].name;
        zd_network_tensor x;
        zd_network_tensor y;
        double off = 0.0;
        double sum = 0.0;
        if (!zd_network_find_tensor(a, name, &x) || !zd_network_find_tensor(b, name, &y)) {
            continue;
        }
        REQUIRE_INT(x.height, y.height);
        for (size_t n = 0; n < (size_t) x.height * (size_t) (x.width * x.channels); n++) {
            off += fabs((double) x.data[n] - (double) y.data[n]);
            sum += fabs((double) y.data[n]);
        }
        double error = sum > 0.0 ? off / sum : off;
        worst = error > worst ? error : worst;
        if (!(error <= bar)) {
            ZD_TEST_FAIL("%s, frame %d: relative L1 %.3g, at most %.3g", name, frame, error, bar);
        }
    }
    return worst;
}

enum { FRAMES = 3, WIDE = 56, HIGH = 42 };

static void run_frames(zd_network *net, float *rgb[FRAMES], float *depth)
{
    zd_network_window window = { .count = FRAMES };
    for (int t = 0; t < FRAMES; t++) {
        window.rgb[t] = rgb[t];
        window.outputs[t][0] = depth + (size_t) t * WIDE * HIGH;
    }
    REQUIRE_OK(zd_network_plan_window(net, WIDE, HIGH, FRAMES, &err));
    REQUIRE_OK(zd_network_run_window(net, &window, NULL, &err));
    /* The window moves on by one: its last frame is the first now, and is not encoded again. */
    zd_network_move_held(net, FRAMES - 1, 0);
    window.rgb[0] = NULL;
    window.rgb[1] = rgb[0];
    REQUIRE_OK(zd_network_run_window(net, &window, NULL, &err));
}

static void run_one(zd_network *net, float *rgb[FRAMES], float *depth)
{
    zd_network_io io = { .rgb = rgb[0], .outputs = { depth, depth + WIDE * HIGH } };
    REQUIRE_OK(zd_network_plan(net, WIDE, HIGH, &err));
    REQUIRE_OK(zd_network_run(net, &io, NULL, &err));
    io.rgb = NULL;
    REFUSED(zd_network_run(net, &io, NULL, &err), "io->rgb != NULL");
    REFUSED(zd_network_encode(net, 0, &io, NULL, &err), "io->rgb != NULL");
    REFUSED(zd_network_stream(net, &io, NULL, &err), "io->rgb != NULL");
}

/** Frame after frame; the depth of the last. */
static void run_stream(zd_network *net, float *rgb[FRAMES], float *depth)
{
    REQUIRE_OK(zd_network_plan(net, WIDE, HIGH, &err));
    for (int t = 0; t < FRAMES; t++) {
        zd_network_io io = { .rgb = rgb[t], .outputs = { depth } };
        REQUIRE_OK(zd_network_stream(net, &io, NULL, &err));
    }
}

static void compare_family(formula_network which, zd_precision precision, int frames,
                           void (*run)(zd_network *, float *[FRAMES], float *))
{
    static float depth[FRAMES * WIDE * HIGH];
    zd_context *ctx = zd_test_context(2);
    float *rgb[FRAMES];
    const way exactly = { &zd_backend_cpu, precision, 0.0 };
    char *path = formula_write(ctx, which);
    REQUIRE(path != NULL);
    zd_network *a = open_way(ctx, path, &exactly);
    zd_network *b = open_way(ctx, path, &ways[0]);
    for (int t = 0; t < FRAMES; t++) {
        rgb[t] = malloc(WIDE * HIGH * 3 * sizeof(float));
        formula_film_frame(t, HIGH, WIDE, rgb[t]);
    }
    run(a, rgb, depth);
    run(b, rgb, depth);
    double worst = 0.0;
    for (int t = 0; t < frames; t++) {
        bool fast = zd_network_describe(a)->precision == ZD_PRECISION_FAST;
        worst = fmax(worst, compare_frame(a, b, t, fast ? 1e-2 : 1e-4));
    }
    printf("  %s, %s: worst relative L1 %.2g\n", zd_network_describe(a)->name,
           zd_network_describe(a)->arithmetic, worst);
    REQUIRE(worst > 0.0);
    for (int t = 0; t < FRAMES; t++) {
        free(rgb[t]);
    }
    zd_network_close(&a);
    zd_network_close(&b);
    formula_remove(path);
    zd_context_destroy(&ctx);
}

static void families_are_as_the_reference(void)
{
    static const zd_precision precisions[] = { ZD_PRECISION_EXACT, ZD_PRECISION_FAST };
    for (int i = 0; i < 2; i++) {
        compare_family(FORMULA_STILL, precisions[i], 1, run_one);
        compare_family(FORMULA_MONO, precisions[i], 1, run_one);
        compare_family(FORMULA_VIEWS, precisions[i], 1, run_one);
        compare_family(FORMULA_VIDEO, precisions[i], FRAMES, run_frames);
        compare_family(FORMULA_VIDEO, precisions[i], 1, run_stream);
    }
}

/** As the product runs windows, without keeping tensors: operators along time and those around them go
 *  over some cells of all frames at a time. */
static void windows_are_as_the_reference(void)
{
    static float depth[2][FRAMES * WIDE * HIGH];
    static const zd_precision precisions[] = { ZD_PRECISION_EXACT, ZD_PRECISION_FAST };
    float *rgb[FRAMES];
    zd_context *ctx = zd_test_context(2);
    char *path = formula_write(ctx, FORMULA_VIDEO);
    REQUIRE(path != NULL);
    for (int t = 0; t < FRAMES; t++) {
        rgb[t] = malloc(WIDE * HIGH * 3 * sizeof(float));
        formula_film_frame(t, HIGH, WIDE, rgb[t]);
    }
    zd_network *reference = open_way(ctx, path, &ways[0]);
    run_frames(reference, rgb, depth[0]);
    for (int i = 0; i < 2; i++) {
        const zd_network_params params = { .precision = precisions[i] };
        zd_network *net = NULL;
        double off = 0.0;
        double sum = 0.0;
        REQUIRE_OK(zd_network_open(ctx, path, &params, &net, &err));
        run_frames(net, rgb, depth[1]);
        for (int n = 0; n < FRAMES * WIDE * HIGH; n++) {
            off += fabs((double) depth[1][n] - (double) depth[0][n]);
            sum += fabs((double) depth[0][n]);
        }
        bool fast = zd_network_describe(net)->precision == ZD_PRECISION_FAST;
        printf("  %s: relative L1 %.2g\n", zd_network_describe(net)->arithmetic, off / sum);
        REQUIRE(off <= (fast ? 1e-2 : 1e-4) * sum);
        zd_network_close(&net);
    }
    for (int t = 0; t < FRAMES; t++) {
        free(rgb[t]);
    }
    zd_network_close(&reference);
    formula_remove(path);
    zd_context_destroy(&ctx);
}

/** Of a file's bytes in memory: a norm's channels 3 and 40 times a factor, and what the layer behind it does with
 *  them over it. */
static void put_outliers(uint8_t *bytes, const zd_safetensors *file, const char *norm,
                         const char *layer)
{
    enum { FACTOR = 64 };
    static const char *const ends[] = { "weight", "bias" };
    static const size_t channels[] = { 3, 40 };
    char name[96];
    snprintf(name, sizeof name, "%s.weight", layer);
    const zd_stored_tensor *weight = zd_safetensors_find(file, name);
    float *w = (float *) (void *) (bytes + weight->offset);
    for (size_t i = 0; i < 2; i++) {
        for (size_t n = 0; n < 2; n++) {
            snprintf(name, sizeof name, "%s.%s", norm, ends[n]);
            ((float *) (void *) (bytes + zd_safetensors_find(file, name)->offset))[channels[i]] *=
                FACTOR;
        }
        for (size_t n = 0; n < weight->shape[0]; n++) {
            w[n * weight->shape[1] + channels[i]] /= FACTOR;
        }
    }
}

/** The same network with norms whose channels are far apart, in another file. */
static void write_outliers(zd_context *ctx, const char *from, const char *to)
{
    zd_mapping mapping;
    zd_safetensors *file = NULL;
    REQUIRE_OK(zd_file_map(from, &mapping, &err));
    uint8_t *bytes = malloc(mapping.bytes);
    memcpy(bytes, mapping.data, mapping.bytes);
    REQUIRE_OK(zd_safetensors_parse(ctx, mapping.data, mapping.bytes, &file, &err));
    for (int b = 0; b < 12; b++) {
        char norm[2][64];
        char layer[2][64];
        for (int i = 0; i < 2; i++) {
            snprintf(norm[i], sizeof norm[i], "pretrained.blocks.%d.norm%d", b, i + 1);
            snprintf(layer[i], sizeof layer[i], "pretrained.blocks.%d.%s", b,
                     i == 0 ? "attn.qkv" : "mlp.fc1");
            put_outliers(bytes, file, norm[i], layer[i]);
        }
    }
    zd_safetensors_close(&file);
    REQUIRE_OK(zd_file_write(ctx, to, bytes, mapping.bytes, &err));
    zd_file_unmap(&mapping);
    free(bytes);
}

/** Depth as the product makes it. */
static void run_plain_still(zd_context *ctx, const char *path, zd_precision precision, float *rgb,
                            float *depth)
{
    zd_network *net = NULL;
    const zd_network_params params = { .precision = precision };
    zd_network_io io = { .rgb = rgb, .outputs = { depth } };
    REQUIRE_OK(zd_network_open(ctx, path, &params, &net, &err));
    REQUIRE_OK(zd_network_plan(net, WIDE, HIGH, &err));
    REQUIRE_OK(zd_network_run(net, &io, NULL, &err));
    zd_network_close(&net);
}

static double off_by(const float *a, const float *b)
{
    double off = 0.0;
    double sum = 0.0;
    for (int i = 0; i < WIDE * HIGH; i++) {
        off += fabs((double) a[i] - (double) b[i]);
        sum += fabs((double) b[i]);
    }
    return off / sum;
}

/* A token's codes share a scale: channels that a norm makes 64 times as large as others must not take their bits. */
static void fast_bears_outliers(void)
{
    static float rgb[WIDE * HIGH * 3];
    static float depth[4][WIDE * HIGH];
    zd_context *ctx = zd_test_context(2);
    char *path = formula_write(ctx, FORMULA_STILL);
    REQUIRE(path != NULL);
    formula_film_frame(0, HIGH, WIDE, rgb);
    run_plain_still(ctx, path, ZD_PRECISION_EXACT, rgb, depth[0]);
    run_plain_still(ctx, path, ZD_PRECISION_FAST, rgb, depth[1]);
    write_outliers(ctx, path, path);
    run_plain_still(ctx, path, ZD_PRECISION_EXACT, rgb, depth[2]);
    run_plain_still(ctx, path, ZD_PRECISION_FAST, rgb, depth[3]);
    double plain = off_by(depth[1], depth[0]);
    double outliers = off_by(depth[3], depth[2]);
    printf("  fast is off by %.2g, with outliers by %.2g\n", plain, outliers);
    REQUIRE_NEAR(off_by(depth[2], depth[0]), 0.0, 1e-5);
    REQUIRE(outliers <= 1.5 * plain);
    formula_remove(path);
    zd_context_destroy(&ctx);
}

static void the_reference_says_what_it_holds(void)
{
    zd_context *ctx = zd_test_context(1);
    size_t weights;
    size_t activations;
    write_case(ctx, &vector_cases[2]);
    zd_network *net = open_way(ctx, file_name(), &ways[0]);
    REQUIRE_OK(zd_network_plan(net, VECTOR_WIDTH, VECTOR_HEIGHT, &err));
    zd_network_memory(net, &weights, &activations);
    REQUIRE(weights > 0 && activations > 0);
    REQUIRE_INT(zd_network_stage_count(net), 0);
    REQUIRE_TEXT(zd_network_describe(net)->arithmetic, "reference");
    zd_network_close(&net);
    unlink(file_name());
    zd_context_destroy(&ctx);
}

static void the_reference_without_memory(void)
{
    zd_context *writer = zd_test_context(1);
    write_case(writer, &vector_cases[1]);
    for (long at = 1; at < 120; at++) {
        zd_test_memory memory = { .fail_at = at };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_network *net = NULL;
        const zd_network_params params = { .backend = &zd_backend_reference };
        if (ctx == NULL) {
            continue;
        }
        zd_status status = zd_network_open(ctx, file_name(), &params, &net, &err);
        if (status == ZD_OK) {
            status = zd_network_plan(net, VECTOR_WIDTH, VECTOR_HEIGHT, &err);
        }
        REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
        zd_network_close(&net);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    unlink(file_name());
    zd_context_destroy(&writer);
}

/* A head has 64 channels unless somebody says how many there are: of a published network nobody does. */
static void heads_are_of_sixty_four_channels(void)
{
    static const struct {
        int width, asked, heads; /* 0: refused */
    } cases[] = { { 128, 0, 2 }, { 128, 4, 4 }, { 128, 1, 1 }, { 128, 3, 0 }, { 64, 0, 1 } };
    zd_context *ctx = zd_test_context(1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *path = formula_write_wide(ctx, FORMULA_STILL, cases[i].width);
        zd_network *net = NULL;
        zd_network_params params = { .heads = cases[i].asked };
        zd_status status = zd_network_open(ctx, path, &params, &net, &err);
        if (cases[i].heads == 0) {
            REQUIRE_INT(status, ZD_ERR_UNSUPPORTED);
            REQUIRE(strstr(err.message,
                           "3 attention heads do not divide a width of 128; give "
                           "num_heads in the file's metadata or as an option") != NULL);
        } else {
            const zd_graph *graph = zd_runner_of(net)->graph;
            int attentions = 0;
            for (int op = 0; op < graph->count; op++) {
                if (graph->ops[op].kind == ZD_OP_ATTENTION) {
                    REQUIRE_INT(graph->ops[op].heads, cases[i].heads);
                    attentions++;
                }
            }
            REQUIRE_INT(attentions, 12);
        }
        zd_network_close(&net);
        formula_remove(path);
    }
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(operators_give_what_numpy_gives);
    RUN(every_operator_is_in_a_case);
    RUN(operators_write_their_results_alone);
    RUN(long_streams_stay_in_their_slots);
    RUN(families_are_as_the_reference);
    RUN(windows_are_as_the_reference);
    RUN(fast_bears_outliers);
    RUN(heads_are_of_sixty_four_channels);
    RUN(the_reference_says_what_it_holds);
    RUN(the_reference_without_memory);
    return zd_test_finish();
}
