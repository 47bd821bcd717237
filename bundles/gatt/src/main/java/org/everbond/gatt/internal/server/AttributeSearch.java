package org.everbond.gatt.internal.server;

import java.util.ArrayList;
import java.util.Arrays;
import org.everbond.gatt.internal.att.AttPdu;
import org.everbond.gatt.internal.att.AttPdu.FindByTypeValueResponse;
import org.everbond.gatt.internal.att.AttPdu.FindInformationResponse;
import org.everbond.gatt.internal.att.AttPdu.FindInformationResponse.Information;
import org.everbond.gatt.internal.att.AttPdu.HandleRange;
import org.everbond.gatt.internal.att.AttPdu.ReadByGroupTypeResponse;
import org.everbond.gatt.internal.att.AttPdu.ReadByGroupTypeResponse.Group;
import org.everbond.gatt.internal.att.AttPdu.ReadByTypeResponse;
import org.everbond.gatt.internal.att.AttPdu.ReadByTypeResponse.Data;
import org.everbond.gatt.internal.att.AttUuid;

/** What discovery finds in the table (Vol 3, Part F, 3.4.3, 3.4.4.1, 3.4.4.9). Lists are cut to the ATT_MTU; empty is not found. */
final class AttributeSearch {
    private final AttributeTable table;

    AttributeSearch(AttributeTable table) {
        this.table = table;
    }

    FindInformationResponse information(AttPdu.FindInformationRequest request, int mtu) {
        var found = new ArrayList<Information>();
        int room = mtu - 2;
        for (var attribute : table.range(request.start(), request.end())) {
            int size = 2 + AttUuid.length(attribute.type());
            boolean sameForm = found.isEmpty() || AttUuid.is16(found.get(0).type()) == AttUuid.is16(attribute.type());
            if (!sameForm || size > room) {
                break;
            }
            found.add(new Information(attribute.handle(), attribute.type()));
            room -= size;
        }
        return new FindInformationResponse(found);
    }

    FindByTypeValueResponse byTypeValue(AttPdu.FindByTypeValueRequest request, int mtu) {
        var found = new ArrayList<HandleRange>();
        for (var attribute : table.range(request.start(), request.end())) {
            if (attribute instanceof Attribute.Declaration declaration
                    && declaration.type().equals(request.type())
                    && Arrays.equals(declaration.value(), request.value())) {
                if (1 + 4 * (found.size() + 1) > mtu) {
                    break;
                }
                found.add(new HandleRange(attribute.handle(), table.endOfGroup(attribute.handle())));
            }
        }
        return new FindByTypeValueResponse(found);
    }

    /** The declarations of a type; those of the length of the first. */
    ReadByTypeResponse declarations(AttPdu.ReadByTypeRequest request, int mtu) {
        var found = new ArrayList<Data>();
        int room = mtu - 2;
        for (var attribute : table.range(request.start(), request.end())) {
            if (attribute instanceof Attribute.Declaration declaration && attribute.type().equals(request.type())) {
                var value = declaration.value();
                boolean sameLength = found.isEmpty() || found.get(0).value().length == value.length;
                if (!sameLength || 2 + value.length > room) {
                    break;
                }
                found.add(new Data(attribute.handle(), value));
                room -= 2 + value.length;
            }
        }
        return new ReadByTypeResponse(found);
    }

    ReadByGroupTypeResponse services(AttPdu.ReadByGroupTypeRequest request, int mtu) {
        var found = new ArrayList<Group>();
        int room = mtu - 2;
        for (var attribute : table.range(request.start(), request.end())) {
            if (attribute instanceof Attribute.Declaration declaration && attribute.type().equals(request.type())) {
                var value = declaration.value();
                boolean sameLength = found.isEmpty() || found.get(0).value().length == value.length;
                if (!sameLength || 4 + value.length > room) {
                    break;
                }
                found.add(new Group(attribute.handle(), table.endOfGroup(attribute.handle()), value));
                room -= 4 + value.length;
            }
        }
        return new ReadByGroupTypeResponse(found);
    }
}
