/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Writing OpenEXR by its C core: scan lines, ZIP in groups of 16. */

#include <assert.h>
#include <errno.h>
#include <openexr.h>
#include <string.h>
#include <unistd.h>

#include "core/part.h"
#include "core/require.h"
#include "core/size.h"
#include "media/exr.h"

enum {
    EXR_MAX_CHANNELS = 64,
    EXR_CHUNK_ROWS = 16,
    EXR_ZIP_LEVEL = 4, /* quicker than zlib's default for a few per cent more bytes */
};

typedef struct exr_output {
    zd_context *ctx;
    exr_context_t exr;
    const zd_exr_file *file; /* the part that is written, */
    int index;               /* its number */
    const char *path;
    const zd_part *part;
    int reason; /* what the system said: an errno; 0: nothing */
    exr_encode_pipeline_t encode;
    bool has_pipeline;
    float *rows; /* one chunk of every channel */
    int width;
    int height;
} exr_output;

/* OpenEXR prints its messages unless somebody takes them. It calls this under a lock of the context,
 * which every question about the context takes too: nothing may be asked here. */
static void ignore_message(exr_const_context_t exr, exr_result_t code, const char *message)
{
    (void) exr;
    (void) code;
    (void) message;
}

/* Writes to the part; what the system says is kept, for OpenEXR has one word for all. */
static int64_t write_bytes(exr_const_context_t exr, void *user, const void *data, uint64_t bytes,
                           uint64_t offset, exr_stream_error_func_ptr_t fail)
{
    exr_output *output = user;
    const uint8_t *from = data;
    (void) exr;
    (void) fail;
    for (uint64_t done = 0; done < bytes;) {
        ssize_t written =
            pwrite(output->part->fd, from + done, (size_t) (bytes - done), (off_t) (offset + done));
        if (written < 0 && errno != EINTR) {
            output->reason = errno;
            return -1;
        }
        done += written > 0 ? (uint64_t) written : 0;
    }
    return (int64_t) bytes;
}

static zd_status fail_write(const exr_output *output, exr_result_t code, zd_error *err)
{
    if (output->reason != 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot write '%s': %s", output->path,
                       strerror(output->reason));
    }
    if (code == EXR_ERR_OUT_OF_MEMORY) {
        return zd_fail_memory(err, output->path);
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "cannot write '%s': %s", output->path,
                   exr_get_default_error_message(code));
}

static exr_result_t add_standard(const exr_output *output, int part, const zd_exr_standard *s)
{
    static const exr_attr_chromaticities_t bt709 = { 0.64f, 0.33f, 0.30f,   0.60f,
                                                     0.15f, 0.06f, 0.3127f, 0.3290f };
    exr_attr_m44f_t camera;
    exr_attr_m44f_t ndc;
    exr_attr_rational_t rate = { s->frame_rate[0], (uint32_t) s->frame_rate[1] };
    memcpy(camera.m, s->world_to_camera, sizeof camera.m);
    memcpy(ndc.m, s->world_to_ndc, sizeof ndc.m);
    exr_result_t code = exr_attr_set_m44f(output->exr, part, "worldToCamera", &camera);
    if (code == EXR_ERR_SUCCESS) {
        code = exr_attr_set_m44f(output->exr, part, "worldToNDC", &ndc);
    }
    if (code == EXR_ERR_SUCCESS && s->is_bt709) {
        code = exr_attr_set_chromaticities(output->exr, part, "chromaticities", &bt709);
    }
    return code == EXR_ERR_SUCCESS
               ? exr_attr_set_rational(output->exr, part, "framesPerSecond", &rate)
               : code;
}

/* All parts of a file have one display window, that of the first; what is smaller lies in its corner, or
 * where it says. */
static exr_result_t add_part(const exr_output *output, const zd_exr_file *file)
{
    int part = 0;
    zd_view first = output->file->channels[0].view;
    zd_view view = file->channels[0].view;
    exr_attr_v2f_t centre;
    exr_attr_box2i_t display;
    exr_attr_box2i_t data;
    memset(&centre, 0, sizeof centre);
    memset(&display, 0, sizeof display);
    memset(&data, 0, sizeof data);
    display.max.x =
        (output->file->display_width > 0 ? output->file->display_width : first.width) - 1;
    display.max.y =
        (output->file->display_height > 0 ? output->file->display_height : first.height) - 1;
    data.min.x = file->place.x;
    data.min.y = file->place.y;
    data.max.x = file->place.x + view.width - 1;
    data.max.y = file->place.y + view.height - 1;
    if (file->standard != NULL) {
        centre.x = file->standard->window_centre[0];
        centre.y = file->standard->window_centre[1];
    }
    float width = file->standard != NULL ? file->standard->window_width : 1.0f;
    exr_result_t code = exr_add_part(output->exr, file->name, EXR_STORAGE_SCANLINE, &part);
    if (code == EXR_ERR_SUCCESS) {
        code = exr_initialize_required_attr(output->exr, part, &display, &data, 1.0f, &centre,
                                            width, EXR_LINEORDER_INCREASING_Y, EXR_COMPRESSION_ZIP);
    }
    if (code == EXR_ERR_SUCCESS && file->pixel_aspect > 0.0f) {
        code = exr_set_pixel_aspect_ratio(output->exr, part, file->pixel_aspect);
    }
    for (int i = 0; i < file->channel_count && code == EXR_ERR_SUCCESS; i++) {
        code = exr_add_channel(output->exr, part, file->channels[i].name,
                               file->channels[i].as_half ? EXR_PIXEL_HALF : EXR_PIXEL_FLOAT,
                               EXR_PERCEPTUALLY_LOGARITHMIC, 1, 1);
    }
    for (int i = 0; i < file->attribute_count && code == EXR_ERR_SUCCESS; i++) {
        const zd_exr_attribute *attribute = &file->attributes[i];
        code = attribute->text != NULL
                   ? exr_attr_set_string(output->exr, part, attribute->name, attribute->text)
                   : exr_attr_set_float(output->exr, part, attribute->name, attribute->number);
    }
    return code == EXR_ERR_SUCCESS && file->standard != NULL
               ? add_standard(output, part, file->standard)
               : code;
}

static exr_result_t write_header(const exr_output *output)
{
    exr_result_t code = EXR_ERR_SUCCESS;
    for (const zd_exr_file *file = output->file; file != NULL && code == EXR_ERR_SUCCESS;
         file = file->next)
    {
        code = add_part(output, file);
    }
    return code == EXR_ERR_SUCCESS ? exr_write_header(output->exr) : code;
}

static const zd_exr_source *source_named(const zd_exr_file *file, const char *name)
{
    for (int i = 0; i < file->channel_count; i++) {
        if (strcmp(file->channels[i].name, name) == 0) {
            return &file->channels[i];
        }
    }
    return NULL;
}

/* Lays one chunk's rows of each channel out where the encoder reads them. */
static void gather(exr_output *output, int y, int rows)
{
    assert(rows > 0 && rows <= EXR_CHUNK_ROWS && y + rows <= output->height);
    float *at = output->rows;
    for (int c = 0; c < output->encode.channel_count; c++) {
        exr_coding_channel_info_t *channel = &output->encode.channels[c];
        const zd_exr_source *source = source_named(output->file, channel->channel_name);
        int step = source->view.format.channels;
        channel->encode_from_ptr = (const uint8_t *) at;
        channel->user_bytes_per_element = 4;
        channel->user_data_type = EXR_PIXEL_FLOAT;
        channel->user_pixel_stride = 4;
        channel->user_line_stride = output->width * 4;
        for (int row = 0; row < rows; row++) {
            const float *from = zd_view_row_f32(source->view, y + row) + source->component;
            for (int x = 0; x < output->width; x++) {
                *at++ = from[(ptrdiff_t) x * step];
            }
        }
    }
}

static exr_result_t write_chunks(exr_output *output)
{
    exr_result_t code = EXR_ERR_SUCCESS;
    int part = output->index;
    for (int y = 0; y < output->height && code == EXR_ERR_SUCCESS; y += EXR_CHUNK_ROWS) {
        exr_chunk_info_t chunk;
        code = exr_write_scanline_chunk_info(output->exr, part, output->file->place.y + y, &chunk);
        if (code != EXR_ERR_SUCCESS) {
            break;
        }
        bool is_new = !output->has_pipeline;
        code = is_new ? exr_encoding_initialize(output->exr, part, &chunk, &output->encode)
                      : exr_encoding_update(output->exr, part, &chunk, &output->encode);
        if (code != EXR_ERR_SUCCESS) {
            break;
        }
        output->has_pipeline = true;
        gather(output, y, zd_int_min(EXR_CHUNK_ROWS, output->height - y));
        if (is_new) {
            code = exr_encoding_choose_default_routines(output->exr, part, &output->encode);
        }
        if (code == EXR_ERR_SUCCESS) {
            code = exr_encoding_run(output->exr, part, &output->encode);
        }
    }
    if (output->has_pipeline) {
        exr_encoding_destroy(output->exr, &output->encode);
        output->has_pipeline = false;
    }
    return code;
}

/* The parts in their order. */
static exr_result_t write_parts(exr_output *output)
{
    exr_result_t code = EXR_ERR_SUCCESS;
    for (; output->file != NULL && code == EXR_ERR_SUCCESS; output->file = output->file->next) {
        output->width = output->file->channels[0].view.width;
        output->height = output->file->channels[0].view.height;
        code = write_chunks(output);
        output->index++;
    }
    return code;
}

static zd_status write_all(exr_output *output, zd_error *err)
{
    exr_context_initializer_t init = EXR_DEFAULT_CONTEXT_INITIALIZER;
    init.user_data = output;
    init.write_fn = write_bytes;
    init.error_handler_fn = ignore_message;
    init.zip_level = EXR_ZIP_LEVEL;
    exr_result_t code =
        exr_start_write(&output->exr, output->part->path, EXR_WRITE_FILE_DIRECTLY, &init);
    if (code == EXR_ERR_SUCCESS) {
        code = write_header(output);
    }
    if (code == EXR_ERR_SUCCESS) {
        code = write_parts(output);
    }
    exr_result_t closed = exr_finish(&output->exr);
    code = code == EXR_ERR_SUCCESS ? closed : code;
    return code == EXR_ERR_SUCCESS && output->reason == 0 ? ZD_OK : fail_write(output, code, err);
}

static zd_status check_file(const zd_exr_file *file, const char *path, zd_error *err)
{
    bool ok = file->channel_count >= 1 && file->channel_count <= EXR_MAX_CHANNELS;
    for (int i = 0; ok && i < file->channel_count; i++) {
        const zd_exr_source *source = &file->channels[i];
        ok = source->name != NULL && source->view.format.sample == ZD_SAMPLE_F32 &&
             source->component >= 0 && source->component < source->view.format.channels &&
             source->view.width == file->channels[0].view.width &&
             source->view.height == file->channels[0].view.height &&
             source_named(file, source->name) == source;
    }
    return ok ? ZD_OK
              : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                        "'%s' needs 1 to %d channels of one size with different names", path,
                        EXR_MAX_CHANNELS);
}

/* The floats of the largest chunk of all parts. */
static bool count_samples(const zd_exr_file *file, size_t *most)
{
    *most = 0;
    for (; file != NULL; file = file->next) {
        size_t samples;
        if (!zd_size_mul3((size_t) file->channels[0].view.width, EXR_CHUNK_ROWS,
                          (size_t) file->channel_count, &samples))
        {
            return false;
        }
        *most = samples > *most ? samples : *most;
    }
    return true;
}

zd_status zd_exr_write_part(zd_context *ctx, const zd_part *part, const char *path,
                            const zd_exr_file *file, zd_error *err)
{
    ZD_REQUIRE(err, file != NULL && file->channels != NULL);
    size_t samples;
    for (const zd_exr_file *at = file; at != NULL; at = at->next) {
        ZD_TRY(check_file(at, path, err));
    }
    exr_output output = { .ctx = ctx, .file = file, .path = path, .part = part };
    if (count_samples(file, &samples)) {
        output.rows = zd_alloc_zeroed(ctx, samples, sizeof(float));
    }
    zd_status status = output.rows != NULL ? write_all(&output, err) : zd_fail_memory(err, path);
    zd_free(ctx, output.rows);
    return status;
}

zd_status zd_exr_write(zd_context *ctx, const char *path, const zd_exr_file *file, zd_error *err)
{
    zd_part part;
    ZD_TRY(zd_part_create(ctx, path, &part, err));
    zd_status status = zd_exr_write_part(ctx, &part, path, file, err);
    if (status == ZD_OK) {
        return zd_part_commit(ctx, &part, path, false, err);
    }
    zd_part_discard(ctx, &part);
    return status;
}
