/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* C++ for one reason: OpenEXR 3.1 unpacks DWAA and DWAB nowhere else. */

#include "media/still/exr_library.h"

#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfInputPart.h>
#include <ImfMultiPartInputFile.h>
#include <cstdint>
#include <cstdio>
#include <exception>

static void read_part(const char *path, int part, int width, int height, const zd_exr_plane *planes,
                      int count)
{
    Imf::MultiPartInputFile file(path, 0);
    Imf::InputPart input(file, part);
    const Imath::Box2i data = input.header().dataWindow();
    if (data.max.x - data.min.x + 1 != width || data.max.y - data.min.y + 1 != height) {
        throw std::exception();
    }
    const std::size_t row = sizeof(float) * static_cast<std::size_t>(width);
    Imf::FrameBuffer buffer;
    for (int i = 0; i < count; i++) {
        /* The library counts from the display window's origin. */
        const std::intptr_t origin =
            static_cast<std::intptr_t>(data.min.x) * static_cast<std::intptr_t>(sizeof(float)) +
            static_cast<std::intptr_t>(data.min.y) * static_cast<std::intptr_t>(row);
        char *base =
            reinterpret_cast<char *>(reinterpret_cast<std::intptr_t>(planes[i].data) - origin);
        buffer.insert(planes[i].name, Imf::Slice(Imf::FLOAT, base, sizeof(float), row));
    }
    input.setFrameBuffer(buffer);
    input.readPixels(data.min.y, data.max.y);
}

int zd_exr_library_read(const char *path, int part, int width, int height,
                        const zd_exr_plane *planes, int count, char *reason, size_t size)
{
    try {
        read_part(path, part, width, height, planes, count);
        return 0;
    } catch (const std::exception &problem) {
        std::snprintf(reason, size, "%s", problem.what());
    } catch (...) {
        std::snprintf(reason, size, "unknown");
    }
    return 1;
}
