/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the filter and the mixer tell of themselves and take from a host: the list of parameters with
 * their beginnings, which hosts have stored by number; what 0, a half and 1 mean; what is kept of numbers
 * and texts; and that nothing is left of an instance. Arguments: the filter, the mixer. */

#include <malloc.h>

#include "frei0r/frei0r_params.h"
#include "frei0r_test.h"

typedef struct expected {
    const char *name;
    int type;
    double initial; /* as the host has it */
    double low;     /* what 0, a half and 1 mean; a choice's nearest */
    double half;
    double high;
    const char *text;
} expected;

enum { B = F0R_BOOL, N = F0R_DOUBLE, T = F0R_STRING };

/* By number: a row that moves, or begins as something else, changes what projects hold. */
static const expected list[] = {
    { "depth_map", T, .text = "" },
    { "depth_map_type", N, 1.0 / 3.0, 0, 2, 3, NULL },
    { "model", T, .text = "embedded" },
    { "view", N, 0, 0, 2, 4, NULL },
    { "depth_in", N, 0.5, 0, 0.5, 1, NULL },
    { "depth_out", N, 1, 0, 0.5, 1, NULL },
    { "auto_feather", B, 1, 0, 1, 1, NULL },
    { "feather", N, 0, 0, 1, 2, NULL },
    { "choke", N, 0.5, -2, 0, 2, NULL },
    { "invert", B, 0, 0, 1, 1, NULL },
    { "nearest_only", B, 0, 0, 1, 1, NULL },
    { "level_far", N, 0, 0, 0.5, 1, NULL },
    { "level_near", N, 1, 0, 0.5, 1, NULL },
    { "level_gamma", N, 0.9 / 9.9, 0.1, 5.05, 10, NULL },
    { "decontaminate", B, 1, 0, 1, 1, NULL },
    { "opacity", N, 1, 0, 0.5, 1, NULL },
    { "blend", N, 0, 0, -1, -1, NULL }, /* as many as there are */
    { "auto_depth", B, 1, 0, 0.5, 1, NULL },
    { "fps", N, 25.0 / 240.0, 0, 120, 240, NULL },
    { "boxes", T, .text = "" },
    { "analysis_file", T, .text = "" },
    { "effect", T, .text = "" }, /* the filter's alone */
    { "insert", T, .text = "" },
    { "title", T, .text = "" },
    { "font", T, .text = "Sans Bold" },
    { "colour", T, .text = "white" },
    { "x", N, 0.5, 0, 0.5, 1, NULL },
    { "y", N, 0.5, 0, 0.5, 1, NULL },
    { "size", N, 0.2, 0.001, 0.5, 1, NULL },
    { "at_depth", N, 0, 0, 0.5, 1, NULL },
    { "more_inserts", T, .text = "" },
};

enum { LISTED = sizeof list / sizeof *list, EFFECT = 21 };

static bool is_mixer;

static int count_expected(void)
{
    return is_mixer ? LISTED - 1 : LISTED;
}

static const expected *expected_at(int index)
{
    return &list[is_mixer && index >= EFFECT ? index + 1 : index];
}

static void test_who_it_is(void)
{
    f0r_info info;
    the.info(&info);
    REQUIRE_TEXT(info.name, is_mixer ? "Z-Depth compositor" : "Z-Depth");
    REQUIRE_TEXT(info.author, "The Zdepth developers");
    REQUIRE_TEXT(info.explanation,
                 is_mixer ? "Puts the second input between the layers of the first, by depth"
                          : "Cuts the picture into foreground and background, by depth");
    REQUIRE_INT(info.plugin_type, is_mixer ? F0R_MIXER2 : F0R_FILTER);
    REQUIRE_INT(info.color_model, F0R_RGBA8888);
    REQUIRE_INT(info.frei0r_version, 1);
    REQUIRE_INT(info.major_version, 1);
    REQUIRE_INT(info.minor_version, 0);
    REQUIRE_INT(info.num_params, count_expected());
    REQUIRE_INT(the.init(), 1); /* hosts take 0 for a failure */
}

static void test_the_list_of_parameters(void)
{
    f0r_param param;
    void *door = the.construct(WIDTH, HEIGHT);
    for (int i = 0; i < count_expected(); i++) {
        const expected *e = expected_at(i);
        double number = -1.0;
        char *text = NULL;
        the.param_info(&param, i);
        the.get(door, e->type == T ? (void *) &text : (void *) &number, i);
        REQUIRE_TEXT(param.name, e->name);
        REQUIRE_INT(param.type, e->type);
        REQUIRE(strlen(param.explanation) > 10);
        if (e->type == T) {
            REQUIRE_TEXT(text, e->text);
        } else {
            REQUIRE_NEAR(number, e->initial, 1e-12);
        }
    }
    for (int i = 0; i < 2; i++) {
        the.param_info(&param, i == 0 ? -1 : count_expected());
        REQUIRE_TEXT(param.name, "");
        REQUIRE_TEXT(param.explanation, "");
        REQUIRE_INT(param.type, F0R_DOUBLE);
    }
    the.destruct(door);
}

/* The plug-in's own table, that of the filter, is compiled into this program too. */
static void test_what_numbers_mean(void)
{
    REQUIRE_INT(ZD_F_COUNT, LISTED);
    for (int i = 0; i < LISTED; i++) {
        double numbers[ZD_F_COUNT] = { 0 };
        const expected *e = &list[i];
        REQUIRE_INT(zd_frei0r_is_text(i), e->type == T);
        REQUIRE_TEXT(zd_frei0r_initial_text(i), e->text != NULL ? e->text : "");
        if (e->type == T) {
            continue;
        }
        REQUIRE_NEAR(zd_frei0r_initial(i), e->initial, 1e-12);
        REQUIRE_NEAR(zd_frei0r_value(numbers, i), e->low, 1e-12);
        numbers[i] = 1.0;
        double high = i == ZD_F_BLEND ? (double) zd_param_describe(ZD_P_BLEND)->max : e->high;
        REQUIRE_NEAR(zd_frei0r_value(numbers, i), high, 1e-12);
        numbers[i] = 0.5;
        REQUIRE(i == ZD_F_BLEND || fabs(zd_frei0r_value(numbers, i) - e->half) < 1e-12);
        numbers[i] = e->initial;
        REQUIRE(zd_frei0r_is_initial(numbers, i));
        numbers[i] += 1e-6;
        REQUIRE(!zd_frei0r_is_initial(numbers, i));
        numbers[i] -= 2e-6;
        REQUIRE(!zd_frei0r_is_initial(numbers, i));
    }
}

static void test_choices_take_the_nearest(void)
{
    double numbers[ZD_F_COUNT] = { 0 };
    numbers[ZD_F_VIEW] = 0.124;
    REQUIRE_NEAR(zd_frei0r_value(numbers, ZD_F_VIEW), 0, 0);
    numbers[ZD_F_VIEW] = 0.126;
    REQUIRE_NEAR(zd_frei0r_value(numbers, ZD_F_VIEW), 1, 0);
    numbers[ZD_F_INVERT] = 0.49;
    REQUIRE_NEAR(zd_frei0r_value(numbers, ZD_F_INVERT), 0, 0);
    numbers[ZD_F_INVERT] = 0.5;
    REQUIRE_NEAR(zd_frei0r_value(numbers, ZD_F_INVERT), 1, 0);
}

/* Each value by itself: what is set is what is told, and no other moves. */
static void test_values_are_kept(void)
{
    void *door = the.construct(WIDTH, HEIGHT);
    for (int i = 0; i < count_expected(); i++) {
        double number = (i + 1) / 64.0;
        char text[8];
        char *given = text;
        snprintf(text, sizeof text, "t%d", i);
        the.set(door, expected_at(i)->type == T ? (void *) &given : (void *) &number, i);
        snprintf(text, sizeof text, "gone"); /* it was copied */
    }
    for (int i = 0; i < count_expected(); i++) {
        double number = -1.0;
        char *text = NULL;
        char wanted[8];
        snprintf(wanted, sizeof wanted, "t%d", i);
        the.get(door, expected_at(i)->type == T ? (void *) &text : (void *) &number, i);
        if (expected_at(i)->type == T) {
            REQUIRE_TEXT(text, wanted);
        } else {
            REQUIRE_NEAR(number, (i + 1) / 64.0, 0);
        }
    }
    the.destruct(door);
}

static void test_values_that_are_none(void)
{
    static const double bad[] = { -0.1, 1.1, INFINITY, -INFINITY };
    static const double kept[] = { 0, 1, 1, 0 };
    void *door = the.construct(WIDTH, HEIGHT);
    int feather = param_index("feather");
    int font = param_index("font");
    double number = -5.0;
    char *text = NULL;
    for (int i = 0; i < 4; i++) {
        double value = bad[i];
        the.set(door, &value, feather);
        the.get(door, &number, feather);
        REQUIRE_NEAR(number, kept[i], 0);
    }
    the.set(door, &text, font); /* no text at all */
    the.get(door, &text, font);
    REQUIRE_TEXT(text, "Sans Bold");
    number = -5.0;
    the.get(door, &number, -1);
    the.get(door, &number, count_expected());
    the.get(NULL, &number, feather);
    REQUIRE_NEAR(number, -5.0, 0);
    the.get(door, NULL, feather);
    the.set(NULL, &number, feather);
    number = 0.5;
    the.set(door, &number, -1);
    the.set(door, &number, count_expected());
    the.destruct(door);
}

static void test_sizes(void)
{
    static const unsigned bad[][2] = { { 0, 8 }, { 8, 0 }, { 65537, 8 }, { 8, 65537 } };
    static const unsigned good[][2] = { { 1, 1 }, { 65536, 1 }, { 1, 65536 } };
    for (int i = 0; i < 4; i++) {
        REQUIRE(the.construct(bad[i][0], bad[i][1]) == NULL);
    }
    for (int i = 0; i < 3; i++) {
        void *door = the.construct(good[i][0], good[i][1]);
        REQUIRE(door != NULL);
        the.destruct(door);
    }
}

/* Bytes that the C library has handed out; 0 under a sanitizer, which has its own. */
static size_t held(void)
{
    return mallinfo2().uordblks;
}

/* Texts set twice and failed files: what an instance held is given back, of a hundred kilobytes each. */
static void test_nothing_is_left(void)
{
    enum { LONG = 100000, ROUNDS = 6 };
    uint32_t out[PIXELS];
    char said[1000];
    char *text = malloc(LONG);
    size_t first = 0;
    REQUIRE(text != NULL);
    memset(text, 'x', LONG - 1);
    text[LONG - 1] = '\0';
    for (int round = 0; round < ROUNDS; round++) {
        void *door = the.construct(WIDTH, HEIGHT);
        for (int i = 0; i < 2 * count_expected(); i++) {
            if (expected_at(i / 2)->type == T) {
                the.set(door, &text, i / 2);
            }
        }
        update_quietly(door, out, said, sizeof said); /* there is no such map */
        update_quietly(door, out, said, sizeof said);
        set_text(door, "depth_map", map_path);
        update_quietly(door, out, said, sizeof said); /* nor such an analysis */
        the.set(door, &text, param_index("depth_map"));
        the.destruct(door);
        first = round == 1 ? held() : first; /* the first has brought up what stays */
    }
    free(text);
    REQUIRE(held() < first + LONG / 2);
}

static void run_all(const char *path)
{
    plugin_path = path;
    RUN(load_plugin);
    RUN(test_who_it_is);
    RUN(test_the_list_of_parameters);
    RUN(test_values_are_kept);
    RUN(test_values_that_are_none);
    RUN(test_sizes);
    RUN(test_nothing_is_left);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    draw_picture();
    write_map(mkstemps(map_path, 4), WIDTH / 2, WIDTH);
    RUN(test_what_numbers_mean);
    RUN(test_choices_take_the_nearest);
    run_all(argv[1]);
    is_mixer = true;
    run_all(argv[2]);
    unlink(map_path);
    return zd_test_finish();
}
