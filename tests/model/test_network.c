/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The engine against tensors that the original networks produced, layer by layer. Tolerances are
 * relative L1 (sum |a - b| / sum |b|): 1e-4 exact, 1e-2 fast, the project's bars. */

#include "zd_test.h"

#include <unistd.h>

#include "core/cpu.h"
#include "model/network.h"
#include "model/safetensors.h"

static zd_error err;

/** A tensor of a vector file. Release with free. */
static float *read_vector(const zd_safetensors *file, const char *name, size_t *count)
{
    const zd_stored_tensor *tensor = zd_safetensors_find(file, name);
    if (tensor == NULL) {
        return NULL;
    }
    float *values = malloc(tensor->count * sizeof *values);
    zd_safetensors_read(file, tensor, 0, tensor->count, values);
    *count = tensor->count;
    return values;
}

static double relative_l1(const float *a, const float *b, size_t count)
{
    double off = 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        off += fabs((double) a[i] - (double) b[i]);
        sum += fabs((double) b[i]);
    }
    return sum > 0.0 ? off / sum : off;
}

/** Planes to interleaved. */
static void interleave(const float *planes, int channels, size_t cells, float *out)
{
    for (size_t i = 0; i < cells; i++) {
        for (int c = 0; c < channels; c++) {
            out[i * (size_t) channels + (size_t) c] = planes[(size_t) c * cells + i];
        }
    }
}

typedef struct fixture {
    zd_context *ctx;
    zd_safetensors *vectors;
    zd_safetensors *weights;
    zd_network *net;
    double bar;
    double worst;
} fixture;

/** Compares one kept tensor, after bringing the reference to its form: interleaved, activated,
 *  and multiplied with the LayerScale that the engine folds in. */
static void check_tensor(fixture *f, const char *name, const char *gamma, bool gelu)
{
    zd_network_tensor tensor;
    size_t count = 0;
    REQUIRE(zd_network_find_tensor(f->net, name, &tensor));
    float *expected = read_vector(f->vectors, name, &count);
    if (expected == NULL) {
        return;
    }
    size_t cells = (size_t) tensor.height * (size_t) tensor.width;
    REQUIRE_INT(cells * (size_t) tensor.channels, count);
    if (strncmp(name, "dpt.", 4) == 0) {
        float *planes = expected;
        expected = malloc(count * sizeof *expected);
        interleave(planes, tensor.channels, cells, expected);
        free(planes);
    }
    for (size_t i = 0; gelu && i < count; i++) {
        expected[i] = 0.5f * expected[i] * (1.0f + erff(expected[i] * 0.70710678f));
    }
    if (gamma != NULL) {
        size_t channels = 0;
        float *scale = read_vector(f->weights, gamma, &channels);
        REQUIRE_INT(channels, tensor.channels);
        for (size_t i = 0; i < count; i++) {
            expected[i] *= scale[i % channels];
        }
        free(scale);
    }
    double error = relative_l1(tensor.data, expected, count);
    f->worst = error > f->worst ? error : f->worst;
    free(expected);
    if (!(error <= f->bar)) {
        ZD_TEST_FAIL("%s: relative L1 %.3g, at most %.3g", name, error, f->bar);
    }
}

static void check_blocks(fixture *f)
{
    static const char *const parts[] = { "norm1", "qkv", "norm2" };
    char name[64];
    char gamma[64];
    for (int block = 0; block < 12; block++) {
        for (int i = 0; i < 3; i++) {
            snprintf(name, sizeof name, "block%02d.%s", block, parts[i]);
            check_tensor(f, name, NULL, false);
        }
        snprintf(name, sizeof name, "block%02d.attn", block);
        snprintf(gamma, sizeof gamma, "pretrained.blocks.%d.ls1.gamma", block);
        check_tensor(f, name, gamma, false);
        snprintf(name, sizeof name, "block%02d.fc1", block);
        check_tensor(f, name, NULL, true);
        snprintf(name, sizeof name, "block%02d.mlp", block);
        snprintf(gamma, sizeof gamma, "pretrained.blocks.%d.ls2.gamma", block);
        check_tensor(f, name, gamma, false);
        snprintf(name, sizeof name, "block%02d", block);
        check_tensor(f, name, NULL, false);
    }
}

static void check_head(fixture *f)
{
    static const char *const names[] = {
        "patch_embed",
        "tokens",
        "feat0",
        "feat1",
        "feat2",
        "feat3",
        "dpt.project0",
        "dpt.project1",
        "dpt.project2",
        "dpt.project3",
        "dpt.resize0",
        "dpt.resize1",
        "dpt.resize3",
        "dpt.layer1_rn",
        "dpt.layer2_rn",
        "dpt.layer3_rn",
        "dpt.layer4_rn",
        "dpt.path4",
        "dpt.path3",
        "dpt.path2",
        "dpt.path1",
        "dpt.path4.rcu2",
        "dpt.path3.rcu2",
        "dpt.path2.rcu2",
        "dpt.path1.rcu2",
        "dpt.output_conv1",
        "dpt.output_conv2.2",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        check_tensor(f, names[i], NULL, false);
    }
}

/* To be asked before a test owns anything: a skipped test releases nothing. */
static void need_shared(const char *name)
{
    if (zd_test_shared() == NULL) {
        SKIP("$ZD_SHARED names no folder with vectors/%s", name);
    }
}

static zd_safetensors *open_shared(zd_context *ctx, const char *name, char path[512])
{
    zd_safetensors *file;
    snprintf(path, 512, "%s/vectors/%s", zd_test_shared(), name);
    REQUIRE_OK(zd_safetensors_open(ctx, path, &file, &err));
    return file;
}

typedef struct case_of {
    const char *vectors;
    const char *weights;
    const char *expected; /* the depth's name */
    int heads;
    bool by_size;
    zd_precision precision;
    uint32_t cpu_mask;
    int threads;
} case_of;

/** Runs a tiny checkpoint; without `keep` as the product does. Returns the depth, to be freed. */
static float *run_tiny(fixture *f, const case_of *c, bool keep, size_t *count)
{
    char path[512];
    zd_network_params params = { .heads = c->heads,
                                 .precision = c->precision,
                                 .pos_embed_by_size = c->by_size,
                                 .keep_tensors = keep };
    zd_safetensors_close(&f->weights);
    f->weights = open_shared(f->ctx, c->weights, path);
    REQUIRE_OK(zd_network_open(f->ctx, path, &params, &f->net, &err));
    const zd_stored_tensor *input = zd_safetensors_find(f->vectors, "input");
    zd_safetensors *picture = NULL;
    if (input == NULL) { /* the file with one head: its picture is the other file's */
        picture = open_shared(f->ctx, "tiny_70x98.safetensors", path);
        input = zd_safetensors_find(picture, "input");
    }
    REQUIRE(input != NULL);
    int height = (int) input->shape[2];
    int width = (int) input->shape[3];
    float *planes = read_vector(picture != NULL ? picture : f->vectors, "input", count);
    zd_safetensors_close(&picture);
    float *rgb = malloc(*count * sizeof *rgb);
    *count /= 3;
    interleave(planes, 3, *count, rgb);
    float *depth = malloc(*count * sizeof *depth);
    zd_network_io io = { .rgb = rgb, .is_normalised = true, .outputs = { depth } };
    REQUIRE_OK(zd_network_plan(f->net, width, height, &err));
    for (int i = 0; i < 2; i++) {
        REQUIRE_OK(zd_network_run(f->net, &io, NULL, &err));
    }
    free(planes);
    free(rgb);
    return depth;
}

static void check_case(const case_of *c)
{
    char path[512];
    zd_context_params params = { .threads = c->threads > 0 ? c->threads : 2,
                                 .cpu_mask = c->cpu_mask };
    fixture f = { .bar = c->precision == ZD_PRECISION_FAST ? 1e-2 : 1e-4 };
    size_t count = 0;
    size_t expected_count = 0;
    need_shared(c->vectors);
    REQUIRE_OK(zd_context_create(&params, &f.ctx, &err));
    f.vectors = open_shared(f.ctx, c->vectors, path);
    float *depth = run_tiny(&f, c, true, &count);
    zd_network_close(&f.net);
    float *plain = run_tiny(&f, c, false, &count);
    zd_network_close(&f.net);
    float *expected = read_vector(f.vectors, c->expected, &expected_count);
    REQUIRE(expected != NULL);
    REQUIRE_INT(count, expected_count);
    double kept = relative_l1(depth, expected, count);
    double product = relative_l1(plain, expected, count);
    printf("  %s %s%s: %s relative L1 %.2g\n", c->vectors, c->weights,
           c->precision == ZD_PRECISION_FAST ? " fast" : "", c->expected, product);
    free(depth);
    free(plain);
    free(expected);
    zd_safetensors_close(&f.weights);
    zd_safetensors_close(&f.vectors);
    zd_context_destroy(&f.ctx);
    REQUIRE_NEAR(kept, 0.0, f.bar);
    REQUIRE_NEAR(product, 0.0, f.bar);
}

static void tiny_layers(zd_precision precision, uint32_t cpu_mask)
{
    char path[512];
    case_of c = { .vectors = "tiny_70x98.safetensors",
                  .weights = "tiny_orig.safetensors",
                  .heads = 2,
                  .precision = precision };
    zd_context_params params = { .threads = 2, .cpu_mask = cpu_mask };
    fixture f = { .bar = precision == ZD_PRECISION_FAST ? 1e-2 : 1e-4 };
    size_t count = 0;
    need_shared(c.vectors);
    REQUIRE_OK(zd_context_create(&params, &f.ctx, &err));
    f.vectors = open_shared(f.ctx, c.vectors, path);
    free(run_tiny(&f, &c, true, &count));
    check_blocks(&f);
    check_head(&f);
    printf("  worst layer %s: relative L1 %.2g\n",
           precision == ZD_PRECISION_FAST ? "fast" : "exact", f.worst);
    zd_network_close(&f.net);
    zd_safetensors_close(&f.weights);
    zd_safetensors_close(&f.vectors);
    zd_context_destroy(&f.ctx);
}

static void every_layer_exact(void)
{
    tiny_layers(ZD_PRECISION_EXACT, 0);
}

static void every_layer_fast(void)
{
    tiny_layers(ZD_PRECISION_FAST, 0);
}

static void every_layer_on_lesser_processors(void)
{
    tiny_layers(ZD_PRECISION_EXACT, ZD_CPU_AVX512 | ZD_CPU_VNNI);
    tiny_layers(ZD_PRECISION_EXACT, ZD_CPU_AVX2 | ZD_CPU_AVX512 | ZD_CPU_VNNI);
}

static void depth_of_every_vector(void)
{
    static const case_of cases[] = {
        { "tiny_70x98.safetensors", "tiny_orig.safetensors", "depth", 2, false, ZD_PRECISION_EXACT,
          0, 0 },
        { "tiny_70x98.safetensors", "tiny_hf.safetensors", "depth", 2, false, ZD_PRECISION_EXACT, 0,
          0 },
        { "tiny_56x56.safetensors", "tiny_orig.safetensors", "depth", 2, false, ZD_PRECISION_EXACT,
          0, 0 },
        { "tiny_56x56.safetensors", "tiny_hf.safetensors", "depth_hf_pos", 2, true,
          ZD_PRECISION_EXACT, 0, 0 },
        { "tiny_70x98_heads1.safetensors", "tiny_orig.safetensors", "depth", 0, false,
          ZD_PRECISION_EXACT, 0, 0 },
        { "tiny_70x98.safetensors", "tiny_orig.safetensors", "depth", 2, false, ZD_PRECISION_FAST,
          0, 0 },
        { "tiny_56x56.safetensors", "tiny_orig.safetensors", "depth", 2, false, ZD_PRECISION_FAST,
          0, 0 },
        { "tiny_70x98_heads1.safetensors", "tiny_orig.safetensors", "depth", 1, false,
          ZD_PRECISION_FAST, 0, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_case(&cases[i]);
    }
}

static char *model_path(const char *name)
{
    static char path[1024];
    const char *source = getenv("ZD_SOURCE");
    snprintf(path, sizeof path, "%s/models/%s", source != NULL ? source : ".", name);
    if (access(path, R_OK) != 0) {
        SKIP("%s is not there", path);
    }
    return path;
}

/* A shipped network on the picture of its vector file. */
static void shipped_against_pytorch(const char *weights, const char *expectations,
                                    zd_precision precision, double bar)
{
    zd_safetensors *vector;
    zd_network *net;
    zd_context *ctx = zd_test_context(2);
    zd_network_params params = { .precision = precision };
    size_t count = 0;
    REQUIRE_OK(zd_network_open(ctx, model_path(weights), &params, &net, &err));
    REQUIRE_OK(zd_safetensors_open(ctx, model_path(expectations), &vector, &err));
    const zd_stored_tensor *input = zd_safetensors_find(vector, "rgb");
    REQUIRE(input != NULL);
    const zd_network_info *info = zd_network_describe(net);
    float *planes = read_vector(vector, "rgb", &count);
    float *rgb = malloc(count * sizeof *rgb);
    size_t cells = count / 3;
    interleave(planes, 3, cells, rgb);
    zd_network_io io = { .rgb = rgb };
    for (int i = 0; i < info->output_count; i++) {
        io.outputs[i] = malloc(cells * sizeof(float));
    }
    REQUIRE_OK(zd_network_plan(net, (int) input->shape[3], (int) input->shape[2], &err));
    REQUIRE_OK(zd_network_run(net, &io, NULL, &err));
    for (int i = 0; i < info->output_count; i++) {
        float *expected = read_vector(vector, info->output_names[i], &count);
        double error = relative_l1(io.outputs[i], expected, cells);
        printf("  %s %s: relative L1 %.2g\n", weights, info->output_names[i], error);
        REQUIRE_NEAR(error, 0.0, bar);
        free(expected);
        free(io.outputs[i]);
    }
    free(planes);
    free(rgb);
    zd_network_close(&net);
    zd_safetensors_close(&vector);
    zd_context_destroy(&ctx);
}

static void both_against_pytorch(zd_precision precision, double bar)
{
    shipped_against_pytorch("zdepth-embedded.safetensors", "embedded_vector.safetensors", precision,
                            bar);
    shipped_against_pytorch("zdepth-embedded-permissive.safetensors",
                            "embedded_permissive_vector.safetensors", precision, bar);
}

static void embedded_exact(void)
{
    both_against_pytorch(ZD_PRECISION_EXACT, 1e-4);
}

static void embedded_fast(void)
{
    both_against_pytorch(ZD_PRECISION_FAST, 1e-2);
}

/** The bits of a run of the embedded network at an odd little size. */
static void run_embedded(int threads, uint32_t cpu_mask, zd_precision precision, float *out,
                         size_t cells)
{
    zd_network *net;
    zd_context *ctx;
    zd_context_params how = { .threads = threads, .cpu_mask = cpu_mask };
    REQUIRE_OK(zd_context_create(&how, &ctx, &err));
    bool packs_late = threads == 2;
    zd_network_params params = { .precision = precision, .packs_late = packs_late };
    size_t weights = 0;
    size_t activations = 0;
    float *rgb = malloc(cells * 3 * sizeof *rgb);
    unsigned long long seed = 7;
    for (size_t i = 0; i < cells * 3; i++) {
        rgb[i] = zd_test_uniform(&seed);
    }
    zd_network_io io = { .rgb = rgb, .outputs = { out } };
    REQUIRE_OK(
        zd_network_open(ctx, model_path("zdepth-embedded.safetensors"), &params, &net, &err));
    zd_network_memory(net, &weights, &activations);
    REQUIRE((weights == 0) == packs_late); /* nobody pays for what nobody runs */
    REQUIRE_OK(zd_network_plan(net, 160, 96, &err));
    REQUIRE_OK(zd_network_run(net, &io, NULL, &err));
    zd_network_close(&net);
    zd_context_destroy(&ctx);
    free(rgb);
}

static void threads_do_not_matter(void)
{
    static float results[3][160 * 96];
    static const int threads[] = { 1, 2, 4 };
    for (int precision = ZD_PRECISION_EXACT; precision <= ZD_PRECISION_FAST; precision++) {
        for (int i = 0; i < 3; i++) {
            run_embedded(threads[i], 0, (zd_precision) precision, results[i], 160 * 96);
        }
        REQUIRE_BYTES(results[0], results[1], sizeof results[0]);
        REQUIRE_BYTES(results[0], results[2], sizeof results[0]);
    }
    case_of c = { "tiny_70x98.safetensors",
                  "tiny_orig.safetensors",
                  "depth",
                  2,
                  false,
                  ZD_PRECISION_EXACT,
                  0,
                  0 };
    need_shared(c.vectors);
    for (int precision = ZD_PRECISION_EXACT; precision <= ZD_PRECISION_FAST; precision++) {
        for (int i = 0; i < 3; i++) {
            char path[512];
            size_t count = 0;
            fixture f = { .ctx = zd_test_context(threads[i]) };
            c.precision = (zd_precision) precision;
            f.vectors = open_shared(f.ctx, c.vectors, path);
            float *depth = run_tiny(&f, &c, false, &count);
            memcpy(results[i], depth, count * sizeof *depth);
            free(depth);
            zd_network_close(&f.net);
            zd_safetensors_close(&f.weights);
            zd_safetensors_close(&f.vectors);
            zd_context_destroy(&f.ctx);
        }
        REQUIRE_BYTES(results[0], results[1], 70 * 98 * sizeof(float));
        REQUIRE_BYTES(results[0], results[2], 70 * 98 * sizeof(float));
    }
}

/* The promise of `exact`: one result on every x86-64 processor with AVX2 or more. */
static void exact_is_the_same_from_avx2_on(void)
{
    static float results[2][160 * 96];
    static const uint32_t masks[2] = { ZD_CPU_VNNI, ZD_CPU_VNNI | ZD_CPU_AVX512 };
    if ((zd_cpu_features() & ZD_CPU_AVX512) == 0) {
        SKIP("no AVX-512 here");
    }
    for (int i = 0; i < 2; i++) {
        run_embedded(2, masks[i], ZD_PRECISION_EXACT, results[i], 160 * 96);
    }
    REQUIRE_BYTES(results[0], results[1], sizeof results[0]);
    case_of c = { .vectors = "tiny_70x98.safetensors",
                  .weights = "tiny_orig.safetensors",
                  .heads = 2,
                  .precision = ZD_PRECISION_EXACT };
    need_shared(c.vectors);
    for (int i = 0; i < 2; i++) {
        char path[512];
        size_t count = 0;
        fixture f = { 0 };
        zd_context_params how = { .threads = 2, .cpu_mask = masks[i] };
        REQUIRE_OK(zd_context_create(&how, &f.ctx, &err));
        f.vectors = open_shared(f.ctx, c.vectors, path);
        float *depth = run_tiny(&f, &c, false, &count);
        memcpy(results[i], depth, count * sizeof *depth);
        free(depth);
        zd_network_close(&f.net);
        zd_safetensors_close(&f.weights);
        zd_safetensors_close(&f.vectors);
        zd_context_destroy(&f.ctx);
    }
    REQUIRE_BYTES(results[0], results[1], 70 * 98 * sizeof(float));
}

static void check_arithmetic(const char *path, zd_precision asked, uint32_t cpu_mask,
                             const char *expected)
{
    zd_network *net;
    zd_context *ctx;
    zd_context_params how = { .threads = 1, .cpu_mask = cpu_mask };
    zd_network_params params = { .precision = asked };
    REQUIRE_OK(zd_context_create(&how, &ctx, &err));
    REQUIRE_OK(zd_network_open(ctx, path, &params, &net, &err));
    REQUIRE_TEXT(zd_network_describe(net)->arithmetic, expected);
    zd_network_close(&net);
    zd_context_destroy(&ctx);
}

/* What `auto` means: exact for the embedded network, whose cost is small, fast for the others. */
static void precision_is_resolved(void)
{
    char path[512];
    const uint32_t none = ZD_CPU_AVX2 | ZD_CPU_AVX512 | ZD_CPU_VNNI;
    const char *embedded = model_path("zdepth-embedded.safetensors");
    bool vnni = (zd_cpu_features() & ZD_CPU_VNNI) != 0;
    const char *fast = vnni ? "fast, evened" : "exact";
    check_arithmetic(embedded, ZD_PRECISION_AUTO, 0, "exact");
    check_arithmetic(embedded, ZD_PRECISION_FAST, 0, fast);
    check_arithmetic(embedded, ZD_PRECISION_FAST, ZD_CPU_VNNI, "exact");
    check_arithmetic(embedded, ZD_PRECISION_EXACT, none, "exact, portable");
    need_shared("tiny_orig.safetensors");
    snprintf(path, sizeof path, "%s/vectors/tiny_orig.safetensors", zd_test_shared());
    check_arithmetic(path, ZD_PRECISION_AUTO, 0, fast);
}

/** Opens, plans and runs with memory that ends at the nth allocation. */
static zd_status open_and_run(zd_context *ctx, const char *path, bool packs_late)
{
    zd_network_params params = { .packs_late = packs_late };
    static float rgb[64 * 32 * 3];
    static float out[64 * 32];
    zd_network *net = NULL;
    zd_network_io io = { .rgb = rgb, .outputs = { out } };
    zd_status status = zd_network_open(ctx, path, &params, &net, &err);
    if (status == ZD_OK) {
        status = zd_network_plan(net, 64, 32, &err);
    }
    if (status == ZD_OK) {
        status = zd_network_run(net, &io, NULL, &err);
    }
    zd_network_close(&net);
    return status;
}

static void failing_memory(void)
{
    const char *path = model_path("zdepth-embedded.safetensors");
    zd_status status = ZD_ERR_NO_MEMORY;
    long step = 1;
    long n = 1;
    /* Every allocation up to the first weights and every seventh from there on. */
    for (; status != ZD_OK; n += step) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        if (ctx != NULL) {
            status = open_and_run(ctx, path, n % 2 == 0);
            REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
            zd_context_destroy(&ctx);
        }
        REQUIRE_INT(memory.alive, 0);
        step = n > 40 ? 7 : 1;
        REQUIRE(n < 5000);
    }
}

static void sizes_are_checked(void)
{
    zd_network *net;
    zd_context *ctx = zd_test_context(1);
    REQUIRE_OK(zd_network_open(ctx, model_path("zdepth-embedded.safetensors"), NULL, &net, &err));
    REQUIRE_FAILS(
        zd_network_plan(net, 100, 64, &err), ZD_ERR_INVALID_ARGUMENT,
        "a working size of 100 x 64; both sides must be multiples of 32 from 32 to 65536");
    REQUIRE_FAILS(zd_network_plan(net, 0, 64, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a working size of 0 x 64; both sides must be multiples of 32 from 32 to 65536");
    zd_network_io io = { 0 };
    REQUIRE_FAILS(zd_network_run(net, &io, NULL, &err), ZD_ERR_INVALID_ARGUMENT,
                  "the network is run before it is planned");
    zd_network_close(&net);
    zd_context_destroy(&ctx);
}

/* A file of a few lines that asks for tensors as large as it likes. */
static void open_hostile(zd_context *ctx, const char *lines, zd_network **net)
{
    char path[] = "/tmp/zdepth-hostile-XXXXXX";
    char header[4096];
    int length =
        snprintf(header, sizeof header,
                 "{\"__metadata__\":{\"format\":\"zdepth-embedded\",\"version\":\"1\","
                 "\"multiple\":\"1\",\"mean\":\"0 0 0\",\"std\":\"1 1 1\","
                 "\"arch\":\"input image c=3\\n%soutput nearness last channel=0 act=sigmoid\\n\"}}",
                 lines);
    unsigned char bytes[8] = { (unsigned char) (length & 255), (unsigned char) (length >> 8) };
    int file = mkstemp(path);
    REQUIRE(file >= 0 && write(file, bytes, 8) == 8 &&
            write(file, header, (size_t) length) == length);
    close(file);
    REQUIRE_OK(zd_network_open(ctx, path, NULL, net, &err));
    unlink(path);
}

static void hostile_sizes_are_refused(void)
{
    char lines[2048] = "up2 x0 image\\n";
    zd_network *net;
    zd_context *ctx = zd_test_context(1);
    for (int i = 1; i < 30; i++) {
        sprintf(lines + strlen(lines), "up2 x%d x%d\\n", i, i - 1);
    }
    strcat(lines, "up2 last x29\\n");
    open_hostile(ctx, lines, &net);
    REQUIRE_FAILS(zd_network_plan(net, 16, 16, &err), ZD_ERR_LIMIT,
                  "tensor 'x10' is too large at 16 x 16");
    zd_network_close(&net);
    /* 65536 x 65536 + 1 is 1 in 32 bits. */
    open_hostile(ctx,
                 "resize a image factor=16\\nresize b a factor=16\\ngap c image\\n"
                 "grid d c like=b\\nresize last d like=image\\n",
                 &net);
    REQUIRE_FAILS(zd_network_plan(net, 256, 256, &err), ZD_ERR_LIMIT,
                  "tensor 'b' is too large at 256 x 256");
    zd_network_close(&net);
    open_hostile(ctx,
                 "resize a image factor=16\\nup2 b a\\ngap c image\\n"
                 "grid d c like=b\\nresize last d like=image\\n",
                 &net);
    REQUIRE_FAILS(zd_network_plan(net, 256, 256, &err), ZD_ERR_UNSUPPORTED,
                  "the inputs of 'd' do not fit at 256 x 256");
    zd_network_close(&net);
    open_hostile(
        ctx, "resize a image factor=16\\nresize b a factor=16\\nresize last b factor=16\\n", &net);
    REQUIRE_FAILS(zd_network_plan(net, 16, 16, &err), ZD_ERR_LIMIT,
                  "tensor 'last' is too large at 16 x 16");
    zd_network_close(&net);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(every_layer_exact);
    RUN(every_layer_on_lesser_processors);
    RUN(every_layer_fast);
    RUN(depth_of_every_vector);
    RUN(embedded_exact);
    RUN(embedded_fast);
    RUN(threads_do_not_matter);
    RUN(exact_is_the_same_from_avx2_on);
    RUN(precision_is_resolved);
    RUN(failing_memory);
    RUN(sizes_are_checked);
    RUN(hostile_sizes_are_refused);
    return zd_test_finish();
}
