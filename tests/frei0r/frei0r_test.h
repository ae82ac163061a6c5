/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_FREI0R_FREI0R_TEST_H
#define ZD_TESTS_FREI0R_FREI0R_TEST_H

/* A host of frei0r for tests: one plug-in, one small picture, maps of two depths. */

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include "frei0r/frei0r_doors.h"
#include "zd_test.h"

enum { WIDTH = 64, HEIGHT = 48, PIXELS = WIDTH * HEIGHT };

static const char *plugin_path;
static char map_path[] = "/tmp/zdepth-frei0r-XXXXXX.pgm";
static uint32_t picture[PIXELS];

static struct {
    int (*init)(void);
    void (*info)(f0r_info *info);
    void (*param_info)(f0r_param *info, int index);
    void *(*construct)(unsigned width, unsigned height);
    void (*destruct)(void *instance);
    void (*set)(void *instance, void *value, int index);
    void (*get)(void *instance, void *value, int index);
    void (*update)(void *instance, double time, const uint32_t *in, uint32_t *out);
    void (*update2)(void *instance, double time, const uint32_t *in1, const uint32_t *in2,
                    const uint32_t *in3, uint32_t *out);
} the;

static inline void load_plugin(void)
{
    void *library = dlopen(plugin_path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        ZD_TEST_FAIL("%s", dlerror());
    }
    *(void **) &the.init = dlsym(library, "f0r_init");
    *(void **) &the.info = dlsym(library, "f0r_get_plugin_info");
    *(void **) &the.param_info = dlsym(library, "f0r_get_param_info");
    *(void **) &the.construct = dlsym(library, "f0r_construct");
    *(void **) &the.destruct = dlsym(library, "f0r_destruct");
    *(void **) &the.set = dlsym(library, "f0r_set_param_value");
    *(void **) &the.get = dlsym(library, "f0r_get_param_value");
    *(void **) &the.update = dlsym(library, "f0r_update");
    *(void **) &the.update2 = dlsym(library, "f0r_update2");
    REQUIRE(the.init != NULL && the.update != NULL && the.set != NULL && the.get != NULL);
    REQUIRE(the.init() != 0);
}

static inline void draw_picture(void)
{
    for (int i = 0; i < PIXELS; i++) {
        picture[i] = 0xff000000u | (uint32_t) (i * 37 % 256) | (uint32_t) (i % WIDTH) << 10;
    }
}

/* Near in some columns. */
static inline void write_map(int file, int from, int to)
{
    unsigned char codes[PIXELS];
    char head[32];
    REQUIRE(file >= 0);
    for (int i = 0; i < PIXELS; i++) {
        codes[i] = i % WIDTH >= from && i % WIDTH < to ? 220 : 30;
    }
    int length = snprintf(head, sizeof head, "P5\n%d %d\n255\n", WIDTH, HEIGHT);
    REQUIRE(write(file, head, (size_t) length) == length);
    REQUIRE(write(file, codes, sizeof codes) == (ssize_t) sizeof codes);
    REQUIRE_INT(close(file), 0);
}

static inline int param_index(const char *name)
{
    f0r_info info;
    the.info(&info);
    for (int i = 0; i < info.num_params; i++) {
        f0r_param param;
        the.param_info(&param, i);
        if (strcmp(param.name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static inline void *open_filter(char *path)
{
    void *filter = the.construct(WIDTH, HEIGHT);
    REQUIRE(filter != NULL && param_index("depth_map") >= 0);
    the.set(filter, &path, param_index("depth_map"));
    return filter;
}

static inline void set_text(void *filter, const char *name, const char *text)
{
    char *copy = (char *) (uintptr_t) text;
    REQUIRE(param_index(name) >= 0);
    the.set(filter, &copy, param_index(name));
}

static inline void set_number(void *filter, const char *name, double number)
{
    REQUIRE(param_index(name) >= 0);
    the.set(filter, &number, param_index(name));
}

/* What it writes goes into `said` instead of to the terminal. */
static inline void update_quietly(void *filter, uint32_t *out, char *said, size_t size)
{
    char path[] = "/tmp/zdepth-frei0r-XXXXXX";
    int file = mkstemp(path);
    int terminal = dup(STDERR_FILENO);
    REQUIRE(file >= 0 && terminal >= 0);
    dup2(file, STDERR_FILENO);
    the.update(filter, 0.0, picture, out);
    dup2(terminal, STDERR_FILENO);
    ssize_t length = pread(file, said, size - 1, 0);
    said[length > 0 ? length : 0] = '\0';
    close(file);
    close(terminal);
    unlink(path);
}

static inline int count_changed(const uint32_t *out, int from, int to)
{
    int changed = 0;
    for (int i = 0; i < PIXELS; i++) {
        changed += i % WIDTH >= from && i % WIDTH < to && out[i] != picture[i];
    }
    return changed;
}

#endif
