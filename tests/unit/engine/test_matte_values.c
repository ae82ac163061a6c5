/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which parameter reaches which number of the matte, at which time, and what Depth In and Depth Out
 * are taken from. */

#include "engine/engine_matte_params.h"
#include "zd_test.h"

static zd_error err;

static const zd_shot plain_shot = { .range = { 2.0f, 10.0f },
                                    .suggested_in = 4.0f,
                                    .suggested_out = 9.0f,
                                    .suggested_probability = 0.3f,
                                    .selected_in = 5.0f,
                                    .selected_out = 7.0f };

static zd_matte_params values_of(const char *const settings[][2], const zd_shot *shot,
                                 zd_depth_kind kind, double time_s)
{
    zd_context *ctx = zd_test_context(1);
    zd_params p;
    zd_params_init(&p, ctx);
    for (int i = 0; settings[i][0] != NULL; i++) {
        zd_param_id id = zd_param_find(settings[i][0]);
        REQUIRE(id != ZD_PARAM_COUNT);
        REQUIRE_OK(zd_params_parse(&p, id, settings[i][1], 0, &err));
    }
    zd_matte_params m = zd_engine_matte_params(&p, shot, kind, time_s);
    zd_params_finish(&p);
    zd_context_destroy(&ctx);
    return m;
}

#define VALUES(shot, kind, time, ...) \
    values_of((const char *const[][2]){ __VA_ARGS__, { NULL, NULL } }, shot, kind, time)

static void test_defaults(void)
{
    zd_matte_params m =
        values_of((const char *const[][2]){ { NULL, NULL } }, &plain_shot, ZD_DEPTH_NEARNESS, 3.0);
    REQUIRE(m.mode == ZD_MATTE_ABSOLUTE && m.depth_in == 4.0f && m.depth_out == 9.0f);
    REQUIRE(m.probability == 0.3f && m.auto_feather && !m.invert && !m.nearest_only);
    REQUIRE(m.feather == 0.0f && m.choke == 0.0f);
    REQUIRE(m.level_far == 0.0f && m.level_near == 1.0f && m.level_gamma == 1.0f);
    REQUIRE(m.edges == ZD_MATTE_EDGES_PICTURE);
}

/* Each number is its parameter's at the time, and nothing else changes. */
static void test_each_parameter_reaches_its_number(void)
{
    static const struct {
        const char *name;
        const char *keys;
        size_t at;
        double now; /* at a quarter */
    } numbers[] = {
        { "feather", "0=0, 4=2", offsetof(zd_matte_params, feather), 0.5 },
        { "choke", "0=-2, 4=2", offsetof(zd_matte_params, choke), -1.0 },
        { "level_far", "0=0, 4=1", offsetof(zd_matte_params, level_far), 0.25 },
        { "level_near", "0=1, 4=0.2", offsetof(zd_matte_params, level_near), 0.8 },
        { "level_gamma", "0=1, 4=3", offsetof(zd_matte_params, level_gamma), 1.5 },
        { "subject", "0=0.2, 4=1", offsetof(zd_matte_params, probability), 0.4 },
        { "depth_out", "0=3, 4=11", offsetof(zd_matte_params, depth_out), 5.0 },
    };
    zd_matte_params plain =
        values_of((const char *const[][2]){ { NULL, NULL } }, &plain_shot, ZD_DEPTH_NEARNESS, 1.0);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *const settings[][2] = { { numbers[i].name, numbers[i].keys }, { NULL, NULL } };
        zd_matte_params m = values_of(settings, &plain_shot, ZD_DEPTH_NEARNESS, 1.0);
        float *number = (float *) (void *) ((char *) &m + numbers[i].at);
        REQUIRE_NEAR(*number, numbers[i].now, 1e-6);
        memcpy(number, (char *) &plain + numbers[i].at, sizeof *number);
        REQUIRE_BYTES(&m, &plain, sizeof m);
    }
}

static void test_each_switch_reaches_its_own(void)
{
    static const struct {
        const char *name;
        size_t at;
        bool initial;
    } switches[] = {
        { "auto_feather", offsetof(zd_matte_params, auto_feather), true },
        { "invert", offsetof(zd_matte_params, invert), false },
        { "nearest_only", offsetof(zd_matte_params, nearest_only), false },
    };
    for (int i = 0; i < 3; i++) {
        const char *keys = switches[i].initial ? "0=1, 2=0:hold, 4=1" : "0=0, 2=1:hold, 4=0";
        const char *const settings[][2] = { { switches[i].name, keys }, { NULL, NULL } };
        for (int time = 0; time < 5; time += 3) {
            zd_matte_params m = values_of(settings, &plain_shot, ZD_DEPTH_NEARNESS, time);
            bool on = *(bool *) ((char *) &m + switches[i].at);
            REQUIRE(on == (time == 3 ? !switches[i].initial : switches[i].initial));
        }
    }
}

/* Typed before selected before suggested; a typed Depth In has no Depth Out. The subject's weight is the
 * analysis's, whoever made the thresholds, but for a box on something else than the subject. */
static void test_where_the_thresholds_are_from(void)
{
    zd_shot boxes = plain_shot;
    boxes.selected = true;
    zd_matte_params m =
        values_of((const char *const[][2]){ { NULL, NULL } }, &boxes, ZD_DEPTH_NEARNESS, 0.0);
    REQUIRE(m.depth_in == 5.0f && m.depth_out == 7.0f && m.probability == 0.05f);
    boxes.selected_subject = true;
    m = values_of((const char *const[][2]){ { NULL, NULL } }, &boxes, ZD_DEPTH_NEARNESS, 0.0);
    REQUIRE(m.depth_in == 5.0f && m.depth_out == 7.0f && m.probability == 0.3f);
    m = VALUES(&boxes, ZD_DEPTH_NEARNESS, 2.0, { "depth_in", "0=3, 4=5" });
    REQUIRE(m.depth_in == 4.0f && m.depth_out == INFINITY && m.probability == 0.3f);
    m = VALUES(&plain_shot, ZD_DEPTH_METRES, 2.0, { "depth_in", "3" });
    REQUIRE(m.depth_in == 3.0f && m.depth_out == -INFINITY);
    m = VALUES(&plain_shot, ZD_DEPTH_METRES, 2.0, { "depth_in", "3" }, { "depth_out", "0.5" });
    REQUIRE(m.depth_in == 3.0f && m.depth_out == 0.5f && m.probability == 0.3f);
    m = VALUES(&boxes, ZD_DEPTH_NEARNESS, 2.0, { "depth_out", "6" });
    REQUIRE(m.depth_in == 5.0f && m.depth_out == 6.0f);
    m = VALUES(&plain_shot, ZD_DEPTH_NEARNESS, 2.0, { "depth_in", "3" }, { "subject", "0.2" });
    REQUIRE_NEAR(m.probability, 0.2, 1e-7);
    m = VALUES(&plain_shot, ZD_DEPTH_NEARNESS, 2.0, { "subject", "0" });
    REQUIRE(m.probability == -1.0f);
}

/* In the normalised mode what is typed is taken as it is, and what is found is converted. */
static void test_modes(void)
{
    zd_matte_params m = VALUES(&plain_shot, ZD_DEPTH_NEARNESS, 0.0, { "mode", "normalised" });
    REQUIRE_INT(m.mode, ZD_MATTE_NORMALISED);
    REQUIRE_NEAR(m.depth_in, 0.25, 1e-6);
    REQUIRE_NEAR(m.depth_out, 0.875, 1e-6);
    m = VALUES(&plain_shot, ZD_DEPTH_NEARNESS, 0.0, { "mode", "normalised" },
               { "depth_in", "0.4" });
    REQUIRE_NEAR(m.depth_in, 0.4, 1e-6);
    REQUIRE(m.depth_out == INFINITY);
    zd_shot metres = { .range = { 20.0f, 4.0f },
                       .suggested_in = 12.0f,
                       .suggested_out = -INFINITY };
    m = VALUES(&metres, ZD_DEPTH_METRES, 0.0, { "mode", "normalised" });
    REQUIRE_NEAR(m.depth_in, 0.5, 1e-6);
    REQUIRE(m.depth_out == INFINITY);
}

/* An insert at its own depth is hidden by all that is nearer. */
static void test_an_inserts_own_depth(void)
{
    zd_matte_params given = { .depth_in = 3.0f,
                              .depth_out = 4.0f,
                              .probability = 0.3f,
                              .feather = 1.5f,
                              .choke = -0.5f,
                              .invert = true };
    zd_matte_params m = zd_engine_matte_params_at(given, ZD_DEPTH_NEARNESS, 2.5);
    REQUIRE(m.depth_in == 2.5f && m.depth_out == INFINITY && m.probability == 0.05f);
    REQUIRE(m.feather == 1.5f && m.choke == -0.5f && m.invert);
    REQUIRE(zd_engine_matte_params_at(given, ZD_DEPTH_METRES, 2.5).depth_out == -INFINITY);
    given.mode = ZD_MATTE_NORMALISED;
    REQUIRE(zd_engine_matte_params_at(given, ZD_DEPTH_METRES, 0.5).depth_out == INFINITY);
}

int main(void)
{
    RUN(test_defaults);
    RUN(test_each_parameter_reaches_its_number);
    RUN(test_each_switch_reaches_its_own);
    RUN(test_where_the_thresholds_are_from);
    RUN(test_modes);
    RUN(test_an_inserts_own_depth);
    return zd_test_finish();
}
