/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the filter and the mixer draw, by maps that are known: switches at their middle, depths that are
 * found or given, an analysis's shots by time, maps that come and go, the order and the looks of inserts, the
 * mixer's second input. Arguments: the filter, the mixer. */

#include "frei0r_test.h"

static char slope_path[] = "/tmp/zdepth-frei0r-XXXXXX.pgm";

/* Rises from left to right by 4 codes a column. */
static void write_slope(int file)
{
    unsigned char codes[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
        codes[i] = (unsigned char) (i % WIDTH * 4);
    }
    REQUIRE(dprintf(file, "P5\n%d %d\n255\n", WIDTH, HEIGHT) > 0);
    REQUIRE(write(file, codes, sizeof codes) == (ssize_t) sizeof codes);
    REQUIRE_INT(close(file), 0);
}

static void *open_with(const char *map)
{
    void *door = the.construct(WIDTH, HEIGHT);
    REQUIRE(door != NULL);
    set_text(door, "depth_map", map);
    return door;
}

/* In the middle of the picture. */
static int alpha_at(const uint32_t *out, int x)
{
    return (int) (out[HEIGHT / 2 * WIDTH + x] >> 24);
}

static void update(void *door, double time, uint32_t *out)
{
    memset(out, 0xee, PIXELS * sizeof *out);
    the.update(door, time, picture, out);
}

/* With automatic depths off the numbers count as they stand: 0.5 to 1, the nearer half. */
static void test_the_switch_of_automatic_depths(void)
{
    static const double on[] = { 0.5, 1.0 };
    static const double off[] = { 0.0, 0.49 };
    uint32_t found[PIXELS];
    uint32_t out[PIXELS];
    void *door = open_with(slope_path);
    set_number(door, "auto_feather", 0.0);
    update(door, 0.0, found);
    for (int i = 0; i < 2; i++) {
        set_number(door, "auto_depth", off[i]);
        update(door, 0.0, out);
        REQUIRE_INT(alpha_at(out, 28), 0);
        REQUIRE_INT(alpha_at(out, 36), 255);
        REQUIRE_INT(alpha_at(out, 62), 255);
        REQUIRE(memcmp(out, found, sizeof out) != 0);
        set_number(door, "auto_depth", on[i]);
        update(door, 0.0, out);
        REQUIRE_BYTES(out, found, sizeof out);
    }
    set_number(door, "depth_out", 0.75); /* alone: what is nearer goes too */
    update(door, 0.0, out);
    REQUIRE_INT(alpha_at(out, 60), 0);
    set_number(door, "depth_out", 1.0);
    set_number(door, "depth_in", 0.75);
    update(door, 0.0, out);
    REQUIRE_INT(alpha_at(out, 44), 0);
    REQUIRE_INT(alpha_at(out, 52), 255);
    the.destruct(door);
}

/* Every number of the matte acts by itself, and the same value again is the same picture. Feather and choke are
 * fractions of a large picture's height: half of their range is some pixels. */
static void test_each_number_acts(void)
{
    enum { TIMES = 6, LARGE = PIXELS * TIMES * TIMES };
    static const char *const names[] = { "depth_map_type", "view",      "feather",   "choke",
                                         "invert",         "level_far", "level_near" };
    static const double values[] = { 0.67, 0.5, 0.5, 0.75, 1.0, 0.45, 0.6 };
    static uint32_t large[LARGE];
    static uint32_t plain[LARGE];
    static uint32_t out[LARGE];
    for (int i = 0; i < LARGE; i++) {
        large[i] = 0xff000000u | (uint32_t) i * 2654435761u >> 8;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        double was;
        void *door = the.construct(WIDTH * TIMES, HEIGHT * TIMES);
        set_text(door, "depth_map", slope_path);
        set_number(door, "depth_in", 0.4);
        set_number(door, "auto_feather", 0.0);
        the.update(door, 0.0, large, plain);
        the.get(door, &was, param_index(names[i]));
        set_number(door, names[i], values[i]);
        the.update(door, 0.0, large, out);
        if (memcmp(out, plain, sizeof out) == 0) {
            ZD_TEST_FAIL("%s = %g does nothing", names[i], values[i]);
        }
        set_number(door, names[i], was);
        the.update(door, 0.0, large, out);
        REQUIRE_BYTES(out, plain, sizeof out);
        the.destruct(door);
    }
}

/* Views up to the matte; the matte is gray and opaque. */
static void test_the_last_view_is_the_matte(void)
{
    uint32_t out[PIXELS];
    void *door = open_with(map_path);
    set_number(door, "view", 1.0);
    update(door, 0.0, out);
    REQUIRE_INT(out[HEIGHT / 2 * WIDTH + 10], 0xff000000u);
    REQUIRE_INT(out[HEIGHT / 2 * WIDTH + WIDTH - 10], 0xffffffffu);
    the.destruct(door);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL && fputs(text, file) >= 0);
    REQUIRE_INT(fclose(file), 0);
}

/* Two shots, the second from frame 2 on: the near half is the foreground of the first, the far half that of
 * the second. */
static void test_an_analysis_is_looked_up_by_time(void)
{
    static const double times[] = {
        0.0, 1.0 / 24.0, 1.4 / 24.0, 1.6 / 24.0, 2.0 / 24.0, 50.0, -1.0
    };
    static const char later[] = "0001110";
    char path[] = "/tmp/zdepth-frei0r-XXXXXX.shots";
    char said[1000];
    uint32_t out[PIXELS];
    int file = mkstemps(path, 6);
    REQUIRE(file >= 0);
    close(file);
    void *door = open_with(map_path);
    set_number(door, "fps", 24.0 / 240.0);
    set_text(door, "analysis_file", path);
    update_quietly(door, out, said, sizeof said);
    REQUIRE(strstr(said, "the analysis file '/tmp/zdepth-frei0r-") != NULL);
    REQUIRE(strstr(said, "not a list of shots") != NULL);
    REQUIRE_BYTES(out, picture, sizeof out);
    write_text(path, "zdepth shots 2\n4 1 2\n0 0.1 0.9 0.5 inf -1 0 0 0 0\n"
                     "2 0.1 0.9 0.05 0.5 -1 0 0 0 0\nend\n");
    for (int i = 0; later[i] != '\0'; i++) { /* it is looked at again, since it was none */
        update(door, times[i], out);
        REQUIRE_INT(alpha_at(out, 10), later[i] == '1' ? 255 : 0);
        REQUIRE_INT(alpha_at(out, WIDTH - 10), later[i] == '1' ? 0 : 255);
    }
    write_text(path, "zdepth shots 2\n4 1 1\n0 0.1 0.9 0.05 0.5 -1 0 0 0 0\nend\n");
    update(door, 0.0, out);
    REQUIRE_INT(alpha_at(out, 10), 0); /* the file is read once for its name */
    set_text(door, "analysis_file", "");
    update(door, 2.0 / 24.0, out);
    REQUIRE_INT(alpha_at(out, 10), 0);
    set_text(door, "analysis_file", path);
    update(door, 0.0, out);
    REQUIRE_INT(alpha_at(out, 10), 255);
    set_text(door, "analysis_file", ""); /* then nothing of it counts */
    update(door, 0.0, out);
    REQUIRE_INT(alpha_at(out, 10), 0);
    REQUIRE_INT(alpha_at(out, WIDTH - 10), 255);
    the.destruct(door);
    unlink(path);
}

/* Two frames of a sequence, the second with its near half on the left; numbered from 0. */
static void write_pair(char *folder, char pattern[80])
{
    char path[96];
    REQUIRE(mkdtemp(folder) != NULL);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%d.pgm", folder, i);
        write_map(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600), i == 0 ? WIDTH / 2 : 0,
                  i == 0 ? WIDTH : WIDTH / 2);
    }
    snprintf(pattern, 80, "%s/%%d.pgm", folder);
}

static void remove_pair(const char *folder)
{
    char path[96];
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%d.pgm", folder, i);
        unlink(path);
    }
    REQUIRE_INT(rmdir(folder), 0);
}

/* A map may be named anew, come to be, or get another rate; without one the network looks. */
static void test_maps_that_come_and_go(void)
{
    char folder[] = "/tmp/zdepth-frei0r-XXXXXX";
    char pattern[80];
    char said[1000];
    uint32_t out[PIXELS];
    uint32_t by_network[PIXELS];
    char late[] = "/tmp/zdepth-frei0r-XXXXXX.pgm";
    int file = mkstemps(late, 4);
    write_pair(folder, pattern);
    void *door = open_with(pattern);
    set_number(door, "fps", 10.0 / 240.0);
    update(door, 0.1, out);
    REQUIRE_INT(alpha_at(out, 10), 255);
    set_number(door, "fps", 5.0 / 240.0); /* the second is shown from a fifth of a second on */
    update(door, 0.1, out);
    REQUIRE_INT(alpha_at(out, 10), 0);
    update(door, 0.2, out);
    REQUIRE_INT(alpha_at(out, 10), 255);
    close(file);
    unlink(late);
    set_text(door, "depth_map", late);
    update_quietly(door, out, said, sizeof said);
    REQUIRE(strstr(said, late) != NULL);
    REQUIRE_BYTES(out, picture, sizeof out);
    write_map(open(late, O_WRONLY | O_CREAT | O_EXCL, 0600), WIDTH / 2, WIDTH);
    update(door, 0.3, out);
    REQUIRE_INT(alpha_at(out, 10), 0);
    REQUIRE_INT(alpha_at(out, WIDTH - 10), 255);
    set_text(door, "depth_map", "");
    set_text(door, "model", "nowhere.safetensors");
    update_quietly(door, out, said, sizeof said);
    REQUIRE(strstr(said, "nowhere.safetensors") != NULL);
    set_text(door, "model", "embedded");
    update(door, 0.4, out);
    void *plain = the.construct(WIDTH, HEIGHT);
    update(plain, 0.4, by_network);
    REQUIRE_BYTES(out, by_network, sizeof out);
    the.destruct(plain);
    the.destruct(door);
    unlink(late);
    remove_pair(folder);
}

/* Times that are none count the frames that came; so does the first of them. */
static void test_frames_are_counted_without_time(void)
{
    static const double none[] = { NAN, INFINITY, 2e9, -2e9 };
    char folder[] = "/tmp/zdepth-frei0r-XXXXXX";
    char pattern[80];
    uint32_t out[PIXELS];
    write_pair(folder, pattern);
    for (int i = 0; i < 4; i++) {
        void *door = open_with(pattern);
        update(door, none[i], out);
        REQUIRE_INT(alpha_at(out, 10), 0);
        update(door, none[i], out);
        REQUIRE_INT(alpha_at(out, 10), 255);
        the.destruct(door);
    }
    remove_pair(folder);
}

/* What a failure tells is told again after another, not twice in a row, and the picture may lie where the
 * result goes. */
static void test_what_is_told(void)
{
    char said[1000];
    uint32_t both[PIXELS];
    void *door = open_with("/nowhere/\x7fone\n.pgm");
    update_quietly(door, both, said, sizeof said);
    REQUIRE(strncmp(said, "zdepth (frei0r): ", 17) == 0);
    REQUIRE(strstr(said, "/nowhere/?one?.pgm") != NULL);
    REQUIRE(strstr(said, "; the picture passes unchanged\n") != NULL);
    REQUIRE(strchr(said, '\n') == said + strlen(said) - 1);
    update_quietly(door, both, said, sizeof said);
    REQUIRE_TEXT(said, "");
    set_text(door, "depth_map", "/nowhere/two.pgm");
    update_quietly(door, both, said, sizeof said);
    REQUIRE(strstr(said, "two.pgm") != NULL);
    set_text(door, "depth_map", "/nowhere/one.pgm");
    update_quietly(door, both, said, sizeof said);
    REQUIRE(strstr(said, "one.pgm") != NULL);
    memcpy(both, picture, sizeof both);
    the.update(door, 0.0, both, both);
    REQUIRE_BYTES(both, picture, sizeof both);
    set_text(door, "depth_map", map_path);
    the.update(door, 0.0, both, both);
    REQUIRE_INT(alpha_at(both, 10), 0);
    the.destruct(door);
}

/* ---- inserts ---- */

/* One colour, opaque. */
static void write_plate(char *path, unsigned char red, unsigned char green, unsigned char blue)
{
    unsigned char code[3] = { red, green, blue };
    int file = mkstemps(path, 4);
    REQUIRE(file >= 0 && dprintf(file, "P6\n%d %d\n255\n", WIDTH, HEIGHT) > 0);
    for (int i = 0; i < PIXELS; i++) {
        REQUIRE(write(file, code, 3) == 3);
    }
    REQUIRE_INT(close(file), 0);
}

/* Pixels of the far half that are near a colour (red lowest, as in memory). */
static int count_colour(const uint32_t *out, uint32_t colour)
{
    int found = 0;
    for (int i = 0; i < PIXELS; i++) {
        bool is_near = i % WIDTH < WIDTH / 2 - 4;
        for (int c = 0; c < 24 && is_near; c += 8) {
            is_near = abs((int) (out[i] >> c & 255) - (int) (colour >> c & 255)) < 30;
        }
        found += is_near;
    }
    return found;
}

enum { RED = 0x0000ff, GREEN = 0x00ff00, BLUE = 0xff0000, FAR_HALF = (WIDTH / 2 - 4) * HEIGHT };

/* From the bottom up: the file, the title, more inserts. */
static void test_what_lies_on_what(void)
{
    char green[] = "/tmp/zdepth-frei0r-XXXXXX.ppm";
    char blue[] = "/tmp/zdepth-frei0r-XXXXXX.ppm";
    char more[200];
    uint32_t out[PIXELS];
    write_plate(green, 0, 255, 0);
    write_plate(blue, 0, 0, 255);
    void *door = open_with(map_path);
    set_text(door, "insert", green);
    update(door, 0.0, out);
    REQUIRE_INT(count_colour(out, GREEN), FAR_HALF);
    REQUIRE_INT(count_changed(out, WIDTH / 2 + 4, WIDTH), 0);
    set_text(door, "title", "MMMM");
    set_text(door, "colour", "red");
    update(door, 0.0, out);
    int letters = count_colour(out, RED);
    REQUIRE(letters > 5 && letters < FAR_HALF / 2);
    REQUIRE(count_colour(out, GREEN) > FAR_HALF / 4);
    set_text(door, "colour", "blue");
    update(door, 0.0, out);
    REQUIRE_INT(count_colour(out, RED), 0);
    REQUIRE(count_colour(out, BLUE) > 5);
    snprintf(more, sizeof more, "[insert]\ninsert = \"%s\"\n", blue);
    set_text(door, "more_inserts", more);
    update(door, 0.0, out);
    REQUIRE_INT(count_colour(out, BLUE), FAR_HALF);
    the.destruct(door);
    unlink(green);
    unlink(blue);
}

/* Where the title's pixels begin and end, from left to right and top to bottom. */
typedef struct extent {
    int x0, x1, y0, y1;
} extent;

static extent extent_of(const uint32_t *out)
{
    extent e = { WIDTH, -1, HEIGHT, -1 };
    for (int i = 0; i < PIXELS; i++) {
        if (out[i] != picture[i]) {
            e.x0 = i % WIDTH < e.x0 ? i % WIDTH : e.x0;
            e.x1 = i % WIDTH > e.x1 ? i % WIDTH : e.x1;
            e.y0 = i / WIDTH < e.y0 ? i / WIDTH : e.y0;
            e.y1 = i / WIDTH > e.y1 ? i / WIDTH : e.y1;
        }
    }
    return e;
}

/* A short title in the far half: place, size, opacity, blend, font and colour are its own. */
static void test_looks_of_a_title(void)
{
    uint32_t out[PIXELS];
    uint32_t other[PIXELS];
    void *door = open_with(map_path);
    set_text(door, "title", "I");
    set_number(door, "x", 0.25);
    set_number(door, "size", 0.3);
    update(door, 0.0, out);
    extent at = extent_of(out);
    REQUIRE(at.x1 >= at.x0 && (at.x0 + at.x1) / 2 > 12 && (at.x0 + at.x1) / 2 < 20);
    REQUIRE((at.y0 + at.y1) / 2 > 20 && (at.y0 + at.y1) / 2 < 28);
    set_number(door, "x", 0.125);
    set_number(door, "y", 0.25);
    update(door, 0.0, other);
    extent moved = extent_of(other);
    REQUIRE_NEAR(moved.x0 - at.x0, -8, 1);
    REQUIRE_NEAR(moved.y0 - at.y0, -12, 1);
    set_number(door, "x", 0.25);
    set_number(door, "y", 0.5);
    set_number(door, "size", 0.6);
    update(door, 0.0, other);
    REQUIRE(extent_of(other).y1 - extent_of(other).y0 > (at.y1 - at.y0) * 3 / 2);
    set_number(door, "size", 0.3);
    set_number(door, "opacity", 0.0);
    update(door, 0.0, other);
    REQUIRE_BYTES(other, picture, sizeof other);
    set_number(door, "opacity", 1.0);
    set_number(door, "blend", 1.0);
    update(door, 0.0, other);
    REQUIRE(memcmp(other, out, sizeof out) != 0);
    set_number(door, "blend", 0.0);
    set_text(door, "font", "Serif Italic");
    update(door, 0.0, other);
    REQUIRE(memcmp(other, out, sizeof out) != 0);
    set_text(door, "font", "");
    set_text(door, "colour", "");
    update(door, 0.0, other); /* as if neither were said */
    REQUIRE_BYTES(other, out, sizeof out);
    set_text(door, "title", "");
    update(door, 0.0, other);
    REQUIRE_INT(alpha_at(other, 10), 0); /* a cut-out again */
    the.destruct(door);
}

/* ---- the mixer ---- */

static void test_the_second_input(void)
{
    uint32_t insert[PIXELS];
    uint32_t out[PIXELS];
    uint32_t third[PIXELS] = { 0 };
    void *door = open_with(map_path);
    for (int i = 0; i < PIXELS; i++) {
        insert[i] = i % WIDTH < 16 ? 0xff000000u | RED : RED; /* right of it transparent */
    }
    the.update2(door, 0.0, picture, insert, third, out);
    REQUIRE_INT(count_changed(out, 0, 16), 16 * HEIGHT);
    REQUIRE_INT(out[5], 0xff000000u | RED);
    REQUIRE_INT(count_changed(out, 16, WIDTH), 0);
    set_number(door, "opacity", 0.0);
    the.update2(door, 0.0, picture, insert, NULL, out);
    REQUIRE_BYTES(out, picture, sizeof out);
    set_number(door, "opacity", 1.0);
    the.update2(door, 0.0, picture, NULL, NULL, out); /* nothing to lay between */
    REQUIRE_BYTES(out, picture, sizeof out);
    the.update(door, 0.0, picture, out);
    REQUIRE_BYTES(out, picture, sizeof out);
    set_text(door, "title", "MMMM"); /* above the second input */
    set_text(door, "colour", "blue");
    the.update2(door, 0.0, picture, insert, NULL, out);
    REQUIRE(count_colour(out, BLUE) > 5 && count_colour(out, RED) > 5);
    the.destruct(door);
}

static void make_maps(void)
{
    draw_picture();
    write_map(mkstemps(map_path, 4), WIDTH / 2, WIDTH);
    write_slope(mkstemps(slope_path, 4));
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    RUN(make_maps);
    plugin_path = argv[1];
    RUN(load_plugin);
    RUN(test_the_switch_of_automatic_depths);
    RUN(test_each_number_acts);
    RUN(test_the_last_view_is_the_matte);
    RUN(test_an_analysis_is_looked_up_by_time);
    RUN(test_maps_that_come_and_go);
    RUN(test_frames_are_counted_without_time);
    RUN(test_what_is_told);
    RUN(test_what_lies_on_what);
    RUN(test_looks_of_a_title);
    plugin_path = argv[2];
    RUN(load_plugin);
    RUN(test_the_second_input);
    unlink(map_path);
    unlink(slope_path);
    return zd_test_finish();
}
