/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth Anything 3 of any view, of one and of two at once, against tensors of the original network
 * (families.h). */

#include "families.h"

/** Queries or keys of a tensor that has both, of one head and of one of the views of the vectors. */
static void check_part(fixture *f, const char *name, const char *mine, int third, int view)
{
    zd_network_tensor t;
    REQUIRE(zd_network_find_tensor(f->net, mine, &t));
    size_t channels = (size_t) t.channels / 3;
    size_t rows = (size_t) t.height;
    float *ours = malloc(rows * channels * sizeof *ours);
    for (size_t r = 0; r < rows; r++) {
        memcpy(ours + r * channels, t.data + r * (size_t) t.channels + (size_t) third * channels,
               channels * sizeof *ours);
    }
    size_t count = rows * channels;
    float *expected = read_from(f, name, (size_t) view * count, count);
    compare(f, name, ours, expected, count);
    free(ours);
    free(expected);
}

static void check_third(fixture *f, const char *name, const char *mine, int third)
{
    check_part(f, name, mine, third, 0);
}

/** A tap of one of the views: all tokens but the first. */
static void check_taps(fixture *f, const char *name, const char *mine, int view)
{
    zd_network_tensor t;
    REQUIRE(zd_network_find_tensor(f->net, mine, &t));
    size_t count = (size_t) (t.height - 1) * (size_t) t.channels;
    float *expected = read_from(f, name, (size_t) view * count, count);
    compare(f, name, t.data + t.channels, expected, count);
    free(expected);
}

/** Rows of ours from `first` on, as many as the vectors have. */
static void check_rows(fixture *f, const char *name, const char *mine, int first)
{
    zd_network_tensor t;
    const zd_stored_tensor *tensor = zd_safetensors_find(f->vectors, name);
    REQUIRE(tensor != NULL && zd_network_find_tensor(f->net, mine, &t));
    size_t rows = tensor->rank > 2 ? (size_t) tensor->shape[tensor->rank - 2] : 1;
    size_t channels = (size_t) t.channels;
    REQUIRE((size_t) first + rows <= (size_t) t.height * (size_t) t.width);
    float *expected = read_from(f, name, 0, rows * channels);
    compare(f, name, t.data + (size_t) first * channels, expected, rows * channels);
    free(expected);
}

/** The first channels of ours, which the vectors have as planes. */
static void check_channels(fixture *f, const char *name, const char *mine, size_t count)
{
    zd_network_tensor t;
    REQUIRE(zd_network_find_tensor(f->net, mine, &t));
    size_t cells = (size_t) t.height * (size_t) t.width;
    float *expected = read_from(f, name, 0, count * cells);
    float *ours = malloc(count * cells * sizeof *ours);
    for (size_t i = 0; i < count * cells; i++) {
        ours[i] = t.data[i % cells * (size_t) t.channels + i / cells];
    }
    compare(f, name, ours, expected, count * cells);
    free(ours);
    free(expected);
}

/** Each tap before the head's norm, what the last convolutions see, and the pose: where the
 *  camera is and how it is turned. Not compared, because nothing makes them: the ray head's (ray,
 *  ray_conf, ray_logit, dpt.aux_in, dpt.path*_aux, dpt.output_conv1_aux3), which costs a third of the
 *  head and which no product of ours uses; camera tokens of the first three taps (feat0.cam ..
 *  feat2.cam), which no layer reads. Not as tensors: *.pos (the rope's results depend on all of them);
 *  extrinsics and intrinsics (a formula of pose_enc); depth_f64 (depth at more digits). */
static void view_taps_and_pose(fixture *f)
{
    static const char *const pose[2] = { "camera.t", "camera.turn" };
    for (int i = 0; i < 4; i++) {
        char names[2][16];
        snprintf(names[0], sizeof names[0], "feat%d", i);
        snprintf(names[1], sizeof names[1], "feat%d.both", i);
        check_rows(f, names[0], names[1], 1);
    }
    check_channels(f, "dpt.main_in", "dpt.main_in", 4);
    for (int i = 0; i < 2; i++) {
        zd_network_tensor t;
        REQUIRE(zd_network_find_tensor(f->net, pose[i], &t));
        float *expected = read_from(f, "pose_enc", i == 0 ? 0 : 3, (size_t) t.channels);
        compare(f, "pose_enc", t.data, expected, (size_t) t.channels);
        free(expected);
    }
}

/** Of one view and of several: the layers in the middle, whose names differ, and what ends the head. */
static void check_common(fixture *f, int view)
{
    static const char *const names[][2] = {
        { "block03", "block03" },
        { "block04.in", "marked" },
        { "block04.attn.qkv", "block04.qkv" },
        { "block04.attn.mix", "block04.mix" },
        { "block05.attn.mix", "block05.mix" },
        { "block04", "block04" },
        { "block05", "block05" },
        { "block06", "block06" },
        { "block07", "block07" },
        { "block08", "block08" },
        { "block09", "block09" },
        { "block10", "block10" },
        { "block11", "block11" },
        { "head.norm", "feat3" },
        { "depth_logit", "dpt.output_conv2.2" },
        { "feat3.cam", "camera.token" },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        check(f, names[i][0], names[i][1], view);
    }
}

static void view_layers(zd_precision precision, bool keep)
{
    static const char *const of_head[][2] = {
        { "dpt.project0", "dpt.project0" },
        { "dpt.project1", "dpt.project1" },
        { "dpt.project2", "dpt.project2" },
        { "dpt.project3", "dpt.project3" },
        { "dpt.resize0.in", "dpt.resize0.in" },
        { "dpt.resize3.in", "dpt.resize3.in" },
        { "dpt.resize0", "dpt.resize0" },
        { "dpt.resize1", "dpt.resize1" },
        { "dpt.resize2", "dpt.resize2.in" },
        { "dpt.resize3", "dpt.resize3" },
        { "dpt.path4", "dpt.path4" },
        { "dpt.path3", "dpt.path3" },
        { "dpt.path2", "dpt.path2" },
        { "dpt.path1", "dpt.path1" },
        { "dpt.output_conv1", "dpt.output_conv1" },
    };
    fixture f;
    size_t cells;
    float *outputs[2];
    open_all(&f, "da3_tiny_any_S1_70x98.safetensors", FORMULA_VIEWS, precision, keep);
    run_still(&f, outputs, &cells);
    if (keep) {
        check_common(&f, 0);
        for (size_t i = 0; i < sizeof of_head / sizeof of_head[0]; i++) {
            check(&f, of_head[i][0], of_head[i][1], 0);
        }
        check_third(&f, "block04.attn.q_norm", "block04.headnorm", 0);
        check_third(&f, "block04.attn.k_norm", "block04.headnorm", 1);
        check_third(&f, "block04.q.rope", "block04.rope", 0);
        check_third(&f, "block04.k.rope", "block04.rope", 1);
        check_third(&f, "block05.attn.q_norm", "block05.headnorm", 0);
        check_third(&f, "block05.q.rope", "block05.rope", 0);
        view_taps_and_pose(&f);
    }
    zd_network_tensor t;
    REQUIRE(zd_network_find_tensor(f.net, "fov", &t));
    float *pose = read_from(&f, "pose_enc", 7, 2);
    REQUIRE_NEAR(t.data[0], pose[0], precision == ZD_PRECISION_FAST ? 1e-2 : 1e-4);
    REQUIRE_NEAR(t.data[1], pose[1], precision == ZD_PRECISION_FAST ? 1e-2 : 1e-4);
    free(pose);
    check_outputs(&f, outputs, cells, "depth", "depth_conf");
    close_all(&f);
}

static void any_view(void)
{
    for (int keep = 0; keep < 2; keep++) {
        view_layers(ZD_PRECISION_EXACT, keep != 0);
        view_layers(ZD_PRECISION_FAST, keep != 0);
    }
    backend = &zd_backend_reference;
    view_layers(ZD_PRECISION_EXACT, true);
    backend = NULL;
}

/** Two views: tensors that have both one after the other, or as one row of tokens. */
static void check_views(fixture *f)
{
    for (int view = 0; view < 2; view++) {
        zd_network_show_frame(f->net, view);
        check_common(f, view);
        check_part(f, "block04.attn.q_norm", "block04.headnorm", 0, view);
        check_part(f, "block04.attn.k_norm", "block04.headnorm", 1, view);
        check_part(f, "block04.q.rope", "block04.rope", 0, view);
        check_part(f, "block04.k.rope", "block04.rope", 1, view);
        check_part(f, "block05.attn.q_norm", "block05.headnorm", 0, view);
        check_part(f, "block05.q.rope", "block05.rope", 0, view);
        for (int i = 0; i < 4; i++) {
            char tap[2][16];
            snprintf(tap[0], sizeof tap[0], "feat%d", i);
            snprintf(tap[1], sizeof tap[1], "feat%d.both", i);
            check_taps(f, tap[0], tap[1], view);
        }
    }
}

/** Where each camera stands, how it is turned, and what it sees. The vectors' matrices follow from these
 *  nine numbers; the product reads the angles alone. */
static void check_pose(fixture *f)
{
    static const char *const parts[3] = { "position", "turn", "fov" };
    static const int first[4] = { 0, 3, 7, 9 };
    float pose[18];
    for (int view = 0; view < 2; view++) {
        zd_network_show_frame(f->net, view);
        for (int i = 0; i < 3; i++) {
            zd_network_tensor t;
            REQUIRE(zd_network_find_tensor(f->net, parts[i], &t));
            REQUIRE_INT(t.channels, first[i + 1] - first[i]);
            memcpy(pose + 9 * view + first[i], t.data, (size_t) t.channels * sizeof *pose);
        }
    }
    float *expected = read_from(f, "pose_enc", 0, 18);
    compare(f, "pose_enc", pose, expected, 18);
    for (int i = 0; i < 18; i++) {
        REQUIRE_NEAR(pose[i], expected[i], f->bar);
    }
    REQUIRE(fabsf(pose[0] - pose[9]) > 1e-3f); /* of two cameras, not of one */
    free(expected);
}

static void two_views_in(zd_precision precision, bool keep)
{
    enum { HIGH = 56, WIDE = 70, CELLS = HIGH * WIDE };
    static float maps[2][2][CELLS];
    fixture f;
    zd_network_window window = { .count = 2, .is_normalised = true };
    views = 2;
    open_all(&f, "da3_tiny_any_S2_56x70.safetensors", FORMULA_VIEWS, precision, keep);
    views = 0;
    REQUIRE_INT(zd_network_describe(f.net)->window, 2);
    for (int t = 0; t < 2; t++) {
        int width;
        int height;
        window.rgb[t] = read_picture(&f, "input", t, &width, &height);
        REQUIRE(width == WIDE && height == HIGH);
        window.outputs[t][0] = maps[0][t];
        window.outputs[t][1] = maps[1][t];
    }
    REQUIRE_OK(zd_network_plan_window(f.net, WIDE, HIGH, 2, &err));
    for (int i = 0; i < 2; i++) { /* the second run finds what the first left */
        REQUIRE_OK(zd_network_run_window(f.net, &window, NULL, &err));
    }
    if (keep) {
        check_views(&f);
    }
    check_pose(&f);
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "depth" : "depth_conf";
        float *expected = read_from(&f, name, 0, (size_t) 2 * CELLS);
        compare(&f, name, maps[i][0], expected, (size_t) 2 * CELLS);
        free(expected);
        free((void *) window.rgb[i]);
    }
    close_all(&f);
}

static void two_views(void)
{
    for (int keep = 0; keep < 2; keep++) {
        two_views_in(ZD_PRECISION_EXACT, keep != 0);
        two_views_in(ZD_PRECISION_FAST, keep != 0);
    }
    backend = &zd_backend_reference;
    two_views_in(ZD_PRECISION_EXACT, true);
    backend = NULL;
}

int main(void)
{
    RUN(any_view);
    RUN(two_views);
    return zd_test_finish();
}
