/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Prints the faces of PPM pictures (P6, 8 bit) for training/face_evaluate.py:
 *
 *     bench_face_points MODEL PICTURE...
 *
 * For each picture a line "VERDICT COUNT SECONDS", then for each face a line of its score, its presence
 * and 468 times x, y, z in pixels. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "face/face.h"

static zd_image *read_ppm(zd_context *ctx, const char *path)
{
    int width = 0;
    int height = 0;
    zd_image *image = NULL;
    zd_error err;
    FILE *file = fopen(path, "rb");
    if (file == NULL || fscanf(file, "P6 %d %d 255", &width, &height) != 2 || fgetc(file) == EOF ||
        zd_image_create(ctx, width, height, ZD_RGB_F32, &image, &err) != ZD_OK)
    {
        fprintf(stderr, "'%s' cannot be read\n", path);
        exit(1);
    }
    for (int y = 0; y < height; y++) {
        float *row = zd_view_row_f32(zd_image_view(image), y);
        for (int i = 0; i < width * 3; i++) {
            row[i] = (float) fgetc(file) / 255.0f;
        }
    }
    fclose(file);
    return image;
}

static void print_faces(const zd_face_list *list, zd_view view, double seconds)
{
    printf("%d %d %.6f\n", (int) list->verdict, list->count, seconds);
    for (int i = 0; i < list->count; i++) {
        const zd_face *face = &list->faces[i];
        printf("%.6g %.6g", (double) face->score, (double) face->presence);
        for (int k = 0; k < ZD_FACE_POINTS; k++) {
            printf(" %.4f %.4f %.4f", (double) face->points[k][0] * view.width,
                   (double) face->points[k][1] * view.height,
                   (double) face->points[k][2] * view.width);
        }
        printf("\n");
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    static zd_face_list list;
    zd_context *ctx = NULL;
    zd_face_finder *finder = NULL;
    zd_error err;
    const zd_context_params params = { .threads = 1 };
    if (argc < 3 || zd_context_create(&params, &ctx, &err) != ZD_OK ||
        zd_face_finder_open(ctx, argv[1], &finder, &err) != ZD_OK)
    {
        fprintf(stderr, "%s\n",
                argc < 3 ? "usage: bench_face_points MODEL PICTURE..." : err.message);
        return 1;
    }
    for (int i = 2; i < argc; i++) {
        zd_image *picture = read_ppm(ctx, argv[i]);
        zd_view view = zd_image_view(picture);
        double start = now();
        zd_rect whole = { 0, 0, view.width, view.height };
        if (zd_face_find(finder, view, whole, &list, &err) != ZD_OK) {
            fprintf(stderr, "'%s': %s\n", argv[i], err.message);
            return 1;
        }
        print_faces(&list, view, now() - start);
        zd_image_unref(&picture);
    }
    zd_face_finder_close(&finder);
    zd_context_destroy(&ctx);
    return 0;
}
