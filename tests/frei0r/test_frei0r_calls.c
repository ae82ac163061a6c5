/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The frei0r filter called directly: times that are no times, numbers that are no numbers, and
 * handles that are none. Argument: the filter. */

#include <locale.h>

#include "frei0r_test.h"

static void test_times_that_are_none(void)
{
    static const double times[] = { NAN,      INFINITY, -INFINITY, -3.7e20, 3.7e20,
                                    -1.0e300, 5e-324,   -1.0,      1e9,     0.0 };
    uint32_t expected[PIXELS];
    uint32_t out[PIXELS];
    void *filter = open_filter(map_path);
    the.update(filter, 0.0, picture, expected);
    REQUIRE_INT(expected[10] >> 24, 0);
    REQUIRE_INT(expected[WIDTH - 10] >> 24, 255);
    for (int round = 0; round < 2; round++) { /* as the first frames, then in any order */
        void *fresh = round == 0 ? open_filter(map_path) : filter;
        for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
            memset(out, 0xee, sizeof out);
            the.update(fresh, times[i], picture, out);
            REQUIRE_BYTES(out, expected, sizeof out);
        }
        the.destruct(fresh);
    }
}

static void test_numbers_that_are_none(void)
{
    double before;
    double after;
    double bad = NAN;
    double large = 1e300;
    void *filter = open_filter(map_path);
    int feather = param_index("feather");
    REQUIRE(feather >= 0);
    the.get(filter, &before, feather);
    the.set(filter, &bad, feather);
    the.get(filter, &after, feather);
    REQUIRE_NEAR(after, before, 0);
    the.set(filter, &large, feather);
    the.get(filter, &after, feather);
    REQUIRE_NEAR(after, 1.0, 0);
    the.set(filter, &large, -1);
    the.set(filter, &large, 10000);
    the.set(filter, NULL, feather);
    the.update(NULL, 0.0, picture, NULL);
    the.update(filter, 0.0, NULL, NULL);
    the.destruct(filter);
    the.destruct(NULL);
}

/* Many hosts speak the user's language, in which a number may have a comma. */
static bool speak_with_commas(char *locales)
{
    char command[200];
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && mkdtemp(locales) != NULL) {
        snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 2>/dev/null",
                 locales);
        setenv("LOCPATH", locales, 1);
        setlocale(LC_ALL, system(command) == 0 ? "de_DE.UTF-8" : "C");
        unsetenv("LOCPATH"); /* newlocale never gives back what it made of it */
        snprintf(command, sizeof command, "rm -r %s", locales);
        REQUIRE_INT(system(command), 0);
    }
    return strcmp(localeconv()->decimal_point, ",") == 0;
}

static void test_hosts_with_a_decimal_comma(void)
{
    char locales[] = "/tmp/zdepth-locale-XXXXXX";
    uint32_t expected[PIXELS];
    uint32_t out[PIXELS];
    void *plain = the.construct(WIDTH, HEIGHT);
    the.update(plain, 0.0, picture, expected);
    REQUIRE(memcmp(expected, picture, sizeof picture) != 0); /* the network has cut something off */
    the.destruct(plain);
    if (speak_with_commas(locales)) {
        void *filter = the.construct(WIDTH, HEIGHT);
        the.update(filter, 0.0, picture, out);
        the.destruct(filter);
        REQUIRE_BYTES(out, expected, sizeof out);
        REQUIRE(strcmp(localeconv()->decimal_point, ",") == 0);
    } else {
        SKIP("no locale with a decimal comma can be made");
    }
    setlocale(LC_ALL, "C");
}

/* The locale of the host's thread is its own, after calls that do what they should and such that cannot. */
static void test_the_locale_of_a_thread_stays(void)
{
    uint32_t out[PIXELS];
    char name[] = "/no/such/map.png";
    char *gone = name;
    double number = 0.5;
    locale_t own = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t) 0);
    REQUIRE(own != (locale_t) 0);
    locale_t before = uselocale(own);
    void *filter = open_filter(map_path);
    the.set(filter, &number, param_index("feather"));
    the.update(filter, 0.0, picture, out);
    bool stays = uselocale((locale_t) 0) == own;
    the.set(filter, &gone, param_index("depth_map"));
    the.update(filter, 0.0, picture, out);
    bool stays_when_refused = uselocale((locale_t) 0) == own;
    the.destruct(filter);
    uselocale(before);
    freelocale(own);
    REQUIRE(stays && stays_when_refused);
    REQUIRE_BYTES(out, picture, sizeof out); /* what cannot be passes the picture on */
}

/* Map n of the sequence is near from column 4 n on. */
static void test_a_sequence_has_the_rate_that_is_told(void)
{
    enum { MAPS = 12 };
    char folder[] = "/tmp/zdepth-frei0r-XXXXXX";
    char path[64];
    uint32_t out[PIXELS];
    double fps = 50.0 / 240.0;
    REQUIRE(mkdtemp(folder) != NULL);
    for (int n = 0; n < MAPS; n++) {
        snprintf(path, sizeof path, "%s/%02d.pgm", folder, n);
        write_map(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600), 4 * n, WIDTH);
    }
    void *filter = open_filter(folder);
    the.set(filter, &fps, param_index("fps"));
    for (int n = 0; n < MAPS; n++) {
        the.update(filter, n / 50.0, picture, out);
        REQUIRE_INT(n == 0 ? 0 : out[4 * n - 3] >> 24, 0);
        REQUIRE_INT(out[4 * n + 2] >> 24, 255);
    }
    the.destruct(filter);
    for (int n = 0; n < MAPS; n++) {
        snprintf(path, sizeof path, "%s/%02d.pgm", folder, n);
        unlink(path);
    }
    rmdir(folder);
}

/* Whether the map's second half, from a twelfth of a second on, is shown at each of these times. */
static void require_halves(char *map, double fps, const double *times, const char *later)
{
    uint32_t out[PIXELS];
    void *filter = the.construct(WIDTH, HEIGHT);
    REQUIRE(filter != NULL);
    the.set(filter, &map, param_index("depth_map"));
    if (fps > 0.0) {
        double number = fps / 240.0;
        the.set(filter, &number, param_index("fps"));
    }
    for (int i = 0; later[i] != '\0'; i++) {
        the.update(filter, times[i], picture, out);
        REQUIRE_INT(out[10] >> 24, later[i] == '1' ? 255 : 0);
    }
    the.destruct(filter);
}

/* A map of four frames, 24 a second: hosts that count in seconds or in milliseconds, in order or
 * with jumps, see the frame of their time. */
static void test_times_in_both_scales(void)
{
    char folder[] = "/tmp/zdepth-frei0r-XXXXXX";
    char map[80];
    REQUIRE(mkdtemp(folder) != NULL);
    for (int i = 0; i < 4; i++) {
        snprintf(map, sizeof map, "%s/%d.pgm", folder, i);
        write_map(open(map, O_WRONLY | O_CREAT | O_EXCL, 0600), i < 2 ? WIDTH / 2 : 0,
                  i < 2 ? WIDTH : WIDTH / 2);
    }
    snprintf(map, sizeof map, "%s/%%d.pgm", folder);
    require_halves(map, 0, (double[]){ 0.0, 0.04, 0.12, 2.0, 0.0, 2.0 }, "001101");
    require_halves(map, 0, (double[]){ 0.0, 40.0, 120.0, 2000.0, 0.0, 40.0 }, "001100");
    require_halves(map, 0, (double[]){ 0.0, 16.0, 33.0, 120.0 }, "0001");
    /* Seconds, with a jump of a second and more at the start: right as soon as two lie close. */
    require_halves(map, 0, (double[]){ 0.0, 2.0, 2.04, 0.0, 2.0 }, "00101");
    require_halves(map, 0, (double[]){ 0.5, 2.0, 0.04 }, "110");
    /* A clip that starts late: the way to its first frame is no step. */
    require_halves(map, 0, (double[]){ 7.3, 7.34, 0.04, 7.3 }, "1101");
    /* With the rate known a jump of two seconds is no frame of two milliseconds. */
    require_halves(map, 24, (double[]){ 0.0, 2.0, 4.0 }, "011");
    require_halves(map, 24, (double[]){ 0.0, 41.7, 125.0 }, "001");
    for (int i = 0; i < 4; i++) {
        snprintf(map, sizeof map, "%s/%d.pgm", folder, i);
        unlink(map);
    }
    REQUIRE_INT(rmdir(folder), 0);
}

/* A depth alone acts, though the switch for automatic ones is on; taken back, it is found again. */
static void test_a_depth_alone_acts(void)
{
    static const char *const names[] = { "depth_in", "depth_out" };
    static const double values[] = { 0.0, 0.5 };
    uint32_t before[PIXELS];
    uint32_t out[PIXELS];
    void *filter = open_filter(map_path);
    the.update(filter, 0.0, picture, before);
    for (int i = 0; i < 2; i++) {
        double was;
        double value = values[i];
        the.get(filter, &was, param_index(names[i]));
        the.set(filter, &value, param_index(names[i]));
        the.update(filter, 0.0, picture, out);
        REQUIRE(memcmp(out, before, sizeof out) != 0);
        the.set(filter, &was, param_index(names[i]));
        the.update(filter, 0.0, picture, out);
        REQUIRE_BYTES(out, before, sizeof out);
    }
    the.destruct(filter);
}

static void test_texts(void)
{
    uint32_t before[PIXELS];
    uint32_t out[PIXELS];
    char said[1000];
    void *filter = open_filter(map_path);
    the.update(filter, 0.0, picture, before);
    set_text(filter, "boxes", "0.05,0.1,0.3,0.8"); /* the far half */
    the.update(filter, 0.0, picture, out);
    REQUIRE_INT(out[10] >> 24, 255);
    set_text(filter, "boxes", "");
    set_text(filter, "effect", "zgrade=saturation=0");
    the.update(filter, 0.0, picture, out);
    REQUIRE_INT(out[10], picture[10]); /* outside the matte */
    REQUIRE(out[WIDTH - 10] != picture[WIDTH - 10]);
    REQUIRE_INT(out[WIDTH - 10] >> 24, 255);
    set_text(filter, "effect", "gblur=sigma=3");
    update_quietly(filter, out, said, sizeof said);
    REQUIRE_BYTES(out, picture, sizeof out);
    REQUIRE_TEXT(said,
                 "zdepth (frei0r): the effect 'gblur=sigma=3' is none of the built-in ones; the "
                 "picture passes unchanged\n");
    update_quietly(filter, out, said, sizeof said);
    REQUIRE_TEXT(said, ""); /* once */
    set_text(filter, "effect", "");
    set_text(filter, "analysis_file", "/nowhere/\x1b[31m.shots");
    update_quietly(filter, out, said, sizeof said);
    REQUIRE_BYTES(out, picture, sizeof out);
    REQUIRE(strstr(said, "/nowhere/?[31m.shots") != NULL);
    set_text(filter, "analysis_file", "");
    the.update(filter, 0.0, picture, out);
    REQUIRE_BYTES(out, before, sizeof out);
    the.destruct(filter);
}

/* For hosts with one input: a title lies behind what is near, or where its depth says, and nothing is cut out. */
static void test_a_title_between_the_layers(void)
{
    uint32_t out[PIXELS];
    char said[1000];
    void *filter = open_filter(map_path);
    set_text(filter, "title", "MMMM");
    set_number(filter, "size", 0.5);
    the.update(filter, 0.0, picture, out);
    REQUIRE_INT(out[10] >> 24, 255);
    REQUIRE(count_changed(out, 0, WIDTH / 2 - 6) > 100);
    REQUIRE_INT(count_changed(out, WIDTH / 2 + 6, WIDTH), 0);
    set_text(filter, "more_inserts", "[insert]\ntitle = X\nx = 0.1\nat_depth = 0.9");
    set_text(filter, "title", "");
    the.update(filter, 0.0, picture, out);
    REQUIRE(count_changed(out, 0, WIDTH / 2) > 4);
    REQUIRE_INT(count_changed(out, WIDTH / 2, WIDTH), 0);
    set_text(filter, "more_inserts", "[insert]\ntitle = XX\nx = 0.3\nsize = 0.5\n");
    the.update(filter, 0.0, picture, out);
    int shown = count_changed(out, 0, WIDTH);
    set_text(filter, "more_inserts",
             "[insert]\ntitle = XX\nx = 0.3\nsize = 0.5\nreveal = grow\n"
             "animate_time = 0.02\n");
    the.update(filter, 0.0, picture, out);
    REQUIRE(shown > 100 && count_changed(out, 0, WIDTH) < shown / 2); /* it hides at first */
    the.update(filter, 0.04, picture, out);
    REQUIRE(count_changed(out, 0, WIDTH) > shown / 2); /* with softer edges */
    set_text(filter, "effect", "zgrade=saturation=0");
    update_quietly(filter, out, said, sizeof said);
    REQUIRE_BYTES(out, picture, sizeof out);
    REQUIRE_TEXT(said,
                 "zdepth (frei0r): an effect and a title do not go together in one filter; put "
                 "it on twice; the picture passes unchanged\n");
    set_text(filter, "effect", "");
    set_text(filter, "more_inserts", "[insert]\ntitel = X");
    update_quietly(filter, out, said, sizeof said);
    REQUIRE_BYTES(out, picture, sizeof out);
    REQUIRE(strstr(said, "more_inserts:") != NULL && strstr(said, "titel") != NULL);
    set_text(filter, "more_inserts", "");
    set_text(filter, "insert", "/nowhere/logo.png");
    update_quietly(filter, out, said, sizeof said);
    REQUIRE_BYTES(out, picture, sizeof out);
    REQUIRE(strstr(said, "/nowhere/logo.png") != NULL);
    set_text(filter, "insert", "");
    the.update(filter, 0.0, picture, out);
    REQUIRE_INT(out[10] >> 24, 0); /* the cut-out again */
    the.destruct(filter);
}

/* A map that rises from left to right: a title at a depth ends where the map is as near. */
static void test_a_titles_own_depth(void)
{
    char slope[] = "/tmp/zdepth-frei0r-XXXXXX.pgm";
    unsigned char codes[PIXELS];
    uint32_t out[PIXELS];
    int file = mkstemps(slope, 4);
    REQUIRE(file >= 0);
    for (int i = 0; i < PIXELS; i++) {
        codes[i] = (unsigned char) (i % WIDTH * 4);
    }
    REQUIRE(dprintf(file, "P5\n%d %d\n255\n", WIDTH, HEIGHT) > 0);
    REQUIRE(write(file, codes, sizeof codes) == (ssize_t) sizeof codes);
    close(file);
    void *filter = open_filter(slope);
    set_text(filter, "title", "MMMMMMMM");
    set_number(filter, "size", 0.5);
    set_number(filter, "at_depth", 0.4);
    the.update(filter, 0.0, picture, out);
    REQUIRE(count_changed(out, 0, WIDTH / 4) > 30);
    REQUIRE_INT(count_changed(out, WIDTH * 6 / 10, WIDTH), 0);
    set_number(filter, "at_depth", 0.9);
    the.update(filter, 0.0, picture, out);
    REQUIRE(count_changed(out, WIDTH * 6 / 10, WIDTH * 8 / 10) > 30);
    the.destruct(filter);
    unlink(slope);
}

int main(int argc, char **argv)
{
    plugin_path = argc > 1 ? argv[1] : "";
    RUN(load_plugin);
    if (the.update != NULL) {
        draw_picture();
        write_map(mkstemps(map_path, 4), WIDTH / 2, WIDTH);
        RUN(test_times_that_are_none);
        RUN(test_numbers_that_are_none);
        RUN(test_times_in_both_scales);
        RUN(test_a_sequence_has_the_rate_that_is_told);
        RUN(test_hosts_with_a_decimal_comma);
        RUN(test_the_locale_of_a_thread_stays);
        RUN(test_a_depth_alone_acts);
        RUN(test_texts);
        RUN(test_a_title_between_the_layers);
        RUN(test_a_titles_own_depth);
        unlink(map_path);
    }
    return zd_test_finish();
}
